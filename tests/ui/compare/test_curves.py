"""The curves hold the numbers of the store, on either axis."""

from dataclasses import replace
from pathlib import Path

from models.baselines import Baselines
from models.store import Store
from tests.ui.compare.runs import COUNTED, SMALL, entries, keep_run, workspace_in
from ui.compare.curves import by_notes, curve_figure, curve_rows, sentence
from ui.own_runs import RunNote
from ui.theme import palette

PALETTE = palette(dark=False)


def test_each_run_has_two_lines_of_one_colour_and_a_symbol_of_its_own(tmp_path: Path) -> None:
    keep_run(tmp_path, "quick", [3.0, 2.0, 2.5])
    keep_run(tmp_path, "lstm", [4.0, 3.5])
    figure = curve_figure(entries(tmp_path), "Epochs", PALETTE)
    lstm, lstm_learned, gru, gru_learned = figure.data
    assert (list(lstm.x), list(lstm.y)) == ([1, 2], [4.0, 3.5])
    assert (list(gru.x), list(gru.y)) == ([1, 2, 3], [3.0, 2.0, 2.5])
    assert list(gru_learned.y) == [1.0, 1.0, 1.0]
    assert lstm.line.color == lstm_learned.line.color != gru.line.color
    assert lstm.marker.symbol != gru.marker.symbol
    assert [trace.name for trace in figure.data if trace.showlegend is not False] == [
        "2 × LSTM 256",
        "2 × GRU 256",
    ]


def test_against_time_epochs_stand_where_they_ended(tmp_path: Path) -> None:
    keep_run(tmp_path, losses=[3.0, 2.0])
    figure = curve_figure(entries(tmp_path), "Time of learning", PALETTE)
    assert list(figure.data[0].x) == [10, 20]
    assert figure.layout.xaxis.title.text == "time of learning (s)"
    keep_run(tmp_path, "lstm", [3.0] * 60, network=SMALL)
    figure = curve_figure(entries(tmp_path), "Time of learning", PALETTE)
    assert figure.data[0].x[-1] == 10
    assert figure.layout.xaxis.title.text == "time of learning (min)"


def test_what_counting_achieves_is_drawn_where_it_is_the_same_for_all(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    first = keep_run(tmp_path, "quick")
    second = keep_run(tmp_path, "lstm")
    store.save_baselines(first.id, COUNTED)
    store.save_baselines(second.id, COUNTED)
    both = entries(tmp_path)
    counted = curve_figure(both, "Epochs", PALETTE).data[4:]
    assert [(c.name, *c.y) for c in counted] == [
        ("uniform: 10.00", 10.0, 10.0),
        ("unigram: 5.00", 5.0, 5.0),
        ("markov 1: 3.00", 3.0, 3.0),
    ]
    assert [c.visible for c in counted] == ["legendonly", True, True]
    assert "counting alone" in sentence(both, by_note=False)
    store.save_baselines(second.id, replace(COUNTED, rows=20))
    both = entries(tmp_path)
    assert len(curve_figure(both, "Epochs", PALETTE).data) == 4
    assert "the table has it" in sentence(both, by_note=False)


def test_across_encodings_notes_are_compared(tmp_path: Path) -> None:
    keep_run(tmp_path, "quick", [3.0, 2.0])
    assert not by_notes(entries(tmp_path))
    book = keep_run(tmp_path, "book", [5.0], encoding_name="book")
    Store(str(tmp_path)).save_baselines(book.id, Baselines(10, 20, {"uniform": 100.0}))
    both = entries(tmp_path)
    assert by_notes(both)
    figure = curve_figure(both, "Epochs", PALETTE, by_note=True)
    assert [list(trace.y) for trace in figure.data] == [[5.1], [3.1, 2.1], [5.0, 5.0]]
    assert figure.layout.yaxis.title.text == "nats per note"


def test_the_table_has_every_epoch_and_what_counting_achieves(tmp_path: Path) -> None:
    run = keep_run(tmp_path, losses=[3.0, 2.0])
    Store(str(tmp_path)).save_baselines(run.id, COUNTED)
    rows = curve_rows(entries(tmp_path))
    assert [row["Epoch"] for row in rows] == ["1", "2", "uniform", "unigram", "markov 1"]
    assert [row["Held-out loss (nats a token)"] for row in rows] == [3.0, 2.0, 10.0, 5.0, 3.0]
    assert [row["Learning (s)"] for row in rows[:2]] == [10.0, 20.0]


def test_a_name_is_no_html_in_a_figure(tmp_path: Path) -> None:
    run = keep_run(tmp_path)
    workspace_in(tmp_path).note_run(run.id, RunNote("<b>x</b>"))
    assert curve_figure(entries(tmp_path), "Epochs", PALETTE).data[0].name == "&lt;b&gt;x&lt;/b&gt;"
