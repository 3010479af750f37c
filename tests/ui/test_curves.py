"""The learning curve and what is said of it."""

from dataclasses import replace

import pytest

from models.baselines import Baselines
from models.store import Epoch
from ui.curves import against_counting, curve_rows, learning_curve

COUNTED = Baselines(
    rows=10,
    notes=10,
    nats={"uniform": 146.0, "unigram": 50.0, "markov 1": 35.0, "markov 2": 30.0, "markov 3": 29.0},
)


def history(*held_out: float | None) -> list[Epoch]:
    return [
        Epoch(n, 4.0 - n / 10, loss, None if loss is None else 0.25, loss, 1.5)
        for n, loss in enumerate(held_out, 1)
    ]


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        (
            (3.5, 2.95, 2.8, 2.7),
            "It beats counting (order-3 Markov, 2.90 nats a token) since epoch 3.",
        ),
        (
            (6.0, 4.0),
            "It beats counting values (unigram, 5.00 nats a token) since epoch 2, but not yet "
            "counting (order-3 Markov, 2.90 nats a token).",
        ),
        (
            (15.0,),
            "It does not beat guessing (uniform, 14.60 nats a token) yet, the least there is to "
            "beat.",
        ),
        ((None, None), ""),
    ],
)
def test_it_is_said_whether_the_network_beats_counting(
    losses: tuple[float | None, ...], said: str
) -> None:
    assert against_counting(history(*losses), COUNTED) == said
    assert against_counting(history(*losses), None) == ""


def test_the_curve_has_losses_accuracy_the_best_epoch_and_every_baseline_by_name() -> None:
    figure = learning_curve(history(3.5, 2.8, 3.0), 30, baselines=COUNTED)
    traces = {trace.name: trace for trace in figure.data}
    assert list(traces) == ["training", "held out", "best 2.80", "right at first guess"]
    assert traces["held out"].y == (3.5, 2.8, 3.0)
    assert (traces["best 2.80"].x, traces["best 2.80"].y) == ((2,), (2.8,))
    assert traces["right at first guess"].y == (25, 25, 25)
    words = " ".join(note.text for note in figure.layout.annotations)
    assert all(f"{name} {nats / 10:.2f}" in words for name, nats in COUNTED.nats.items())
    low, high = figure.layout.yaxis.range
    assert low < 2.8
    assert 4 < high < 14.6  # guessing is named at the top, or the curve would be a line
    assert figure.layout.xaxis.range == (0.5, 30.5)


def test_the_best_loss_is_named_in_the_legend_where_no_curve_goes_through_it() -> None:
    figure = learning_curve(history(3.5, 3.0, 2.8), 3)
    named = [trace.name for trace in figure.data if trace.showlegend is not False]
    assert named == ["training", "held out", "best 2.80"]
    assert not [note for note in figure.layout.annotations if "best" in note.text]


def test_no_line_goes_through_the_name_of_another_baseline() -> None:
    levels = {
        "uniform": 158.1,
        "unigram": 80.3,
        "markov 1": 62.6,
        "markov 2": 69.9,
        "markov 3": 72.6,
    }
    figure = learning_curve(history(5.0, 3.4), 10, baselines=replace(COUNTED, nats=levels))
    low, high = figure.layout.yaxis.range
    tall = 0.05 * (high - low)
    lines = [line.y0 for line in figure.layout.shapes]
    for note in figure.layout.annotations:
        if note.xref == "paper" and "↑" not in note.text:
            bottom = note.y if note.yanchor == "bottom" else note.y - tall
            assert not [y for y in lines if bottom < y < bottom + tall], note.text


def test_without_held_out_music_there_is_the_training_loss_alone() -> None:
    figure = learning_curve(history(None, None), 2)
    assert [trace.name for trace in figure.data] == ["training"]


def test_the_table_has_an_epoch_a_row() -> None:
    rows = curve_rows(history(3.5, None))
    assert [row["Epoch"] for row in rows] == [1, 2]
    assert rows[0]["Held-out loss (nats a token)"] == 3.5
    assert rows[1]["Held-out loss (nats a token)"] is None
    assert rows[0]["Right at first guess (%)"] == 25
