"""The section as a visitor uses it, with random networks: what is shown is what the trace holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from models.config import PRESETS, Layer, NetworkConfig
from models.data import Corpus
from models.prompts import Prompt
from models.store import Epoch, Run, Store
from models.take_settings import TakeSettings
from models.takes import MadeTake, TakeRecipe, make_takes
from models.trace import trace_take
from musiccore.encoding import ENCODINGS
from musiccore.labels import FEATURES
from tests.models.music import band, tunes
from tests.models.test_generation import random_weights
from ui.page import plain
from ui.understanding.layers import AS_THEY_ARE, BY_MEAN, moments, order_of
from ui.understanding.reacting import figure, summary, table
from ui.understanding.traces import measured, numbers, rows_of_notes, surprise_of

PROMPT = 5


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("GRUVE_STORE", str(tmp_path))
    st.cache_resource.clear()
    yield Store(str(tmp_path))
    st.cache_resource.clear()


def made_by(
    store: Store, kind: str = "gru", encoding_name: str = "notes", preset: str = "quick"
) -> tuple[Run, MadeTake]:
    pieces = [*tunes(), band(bars=20)]
    encoding = ENCODINGS[encoding_name].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    chosen = PRESETS[preset]
    network = chosen.network
    if preset == "quick":
        network = NetworkConfig((Layer(kind, 10), Layer(kind, 8)), embedding=6, head=5)
    training = replace(chosen.training, held_out=0.0)
    run = Run.of("tunes", encoding, network, training, corpus)
    store.create(run, corpus)
    store.save_epoch(run.id, Epoch(1, 3.0, 3.0, 0.1, 2.0, 1.0), random_weights(encoding, network))
    way = "window" if preset == "book" else "carried"
    prompt = Prompt.of_rows(corpus.pieces[0].rows[:PROMPT])
    settings = TakeSettings(notes=30, seed=2, way=way)  # type: ignore[arg-type]
    return run, make_takes(store, [TakeRecipe(run.id, 1, settings, prompt)])[0]


def page(run, made):  # type: ignore[no-untyped-def]  # AppTest runs the text of it alone
    import streamlit as st

    from ui.player import player
    from ui.understanding import show_understanding, surprise_of

    player(made.piece, surprise=surprise_of(run, made).tolist())
    recipe = show_understanding(None, run, made, made.piece, "player")  # type: ignore[arg-type]
    if recipe is not None:
        st.session_state["wanted"] = recipe


def opened(run: Run, made: MadeTake, view: str = "") -> AppTest:
    at = AppTest.from_function(page, args=(run, made), default_timeout=60).run()
    if view:
        at.segmented_control(key="understanding-view").set_value(view).run()
    assert not at.exception
    return at


def text(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.markdown, *at.caption))


def test_it_says_why_a_note_came(own_store: Store) -> None:
    run, made = made_by(own_store)
    at = opened(run, made)
    at.number_input(key=f"why-note-{len(made.rows)}").set_value(20).run()
    found = trace_take(own_store, made)
    assert f"Surprise: {found.surprise[19]:.2f} nats" in text(at)
    for field in range(len(run.encoding.fields)):
        offered = {
            int(str(b.key).split("-")[-1])
            for b in at.button
            if str(b.key).startswith(f"why-19-{field}-")
        }
        came = made.rows[19, field]
        assert came not in offered, "what came needs no button"
        assert set(np.argsort(-found.odds[field][19])[:5].tolist()) - {came} <= offered
        assert all(found.odds[field][19, value] > 0 for value in offered)


def test_an_alternative_is_a_recipe_that_has_it(own_store: Store) -> None:
    run, made = made_by(own_store)
    at = opened(run, made)
    at.number_input(key=f"why-note-{len(made.rows)}").set_value(21).run()
    (button, *_) = [b for b in at.button if str(b.key).startswith("why-20-2-")]
    assert "wanted" not in at.session_state
    button.click().run()
    recipe = at.session_state["wanted"]
    other = make_takes(own_store, [recipe])[0]
    assert (other.rows[:20] == made.rows[:20]).all()
    assert (other.rows[20, :2] == made.rows[20, :2]).all()
    assert other.rows[20, 2] == int(str(button.key).split("-")[-1])

    del at.session_state["wanted"]
    at.run()
    assert "wanted" not in at.session_state, "a press counts once"


def test_a_rare_value_can_be_chosen_from_the_list(own_store: Store) -> None:
    run, made = made_by(own_store)
    at = opened(run, made)
    at.number_input(key=f"why-note-{len(made.rows)}").set_value(31).run()
    odds = trace_take(own_store, made).odds[2][30]
    rare = int(np.where(odds > 0, odds, 2).argmin())
    at.selectbox(key="why-other-30-2").set_value(rare).run()
    rows = make_takes(own_store, [at.session_state["wanted"]])[0].rows
    assert rows[30, 2] == rare


def test_the_end_of_a_piece_is_no_note(own_store: Store) -> None:
    run, made = made_by(own_store)
    end = np.zeros((1, len(run.encoding.fields)), np.int32)
    end[0, 0] = run.encoding.fields[0].size - 1
    assert run.encoding.is_end(end[0].tolist())
    rows = np.concatenate([made.rows[:10], end, made.rows[10:]])
    made = replace(made, rows=rows, onsets=run.encoding.onsets(rows))
    assert numbers(run, made)[8:13].tolist() == [9, 10, 0, 11, 12]
    at = opened(run, made)
    number = at.number_input(key=f"why-note-{len(rows) - 1}")
    assert number.max == len(rows) - 1
    number.set_value(11).run()
    assert f"**Note 11: {plain(run.encoding.words(rows[11].tolist()))}**" in text(at)
    words = moments(run, made, made.piece, trace_take(own_store, made)).words
    assert [w.split(":")[0] for w in words[9:12]] == ["Note 10", "The end of a piece", "Note 11"]


def test_notes_that_surprised_are_one_press_away(own_store: Store) -> None:
    run, made = made_by(own_store)
    at = opened(run, made)
    surprise = trace_take(own_store, made).surprise
    worst = PROMPT + int(surprise[PROMPT:].argmax())
    at.button(key=f"why-surprise-{worst}").click().run()
    assert at.number_input(key=f"why-note-{len(made.rows)}").value == worst + 1


def test_a_note_of_the_prompt_is_said_to_be_given(own_store: Store) -> None:
    run, made = made_by(own_store)
    at = opened(run, made)
    assert at.number_input(key=f"why-note-{len(made.rows)}").value == PROMPT + 1
    assert "was given" not in text(at)
    at.number_input(key=f"why-note-{len(made.rows)}").set_value(2).run()
    assert "The note was given" in text(at)


@pytest.mark.parametrize("encoding_name", ENCODINGS)
def test_in_the_books_way_the_prompt_has_no_odds(own_store: Store, encoding_name: str) -> None:
    run, made = made_by(own_store, encoding_name=encoding_name, preset="book")
    at = opened(run, made)
    assert "Surprise: " in text(at)
    at.segmented_control(key="understanding-view").set_value("The gates").run()
    assert not at.exception
    rows = rows_of_notes(run, made)
    assert len(rows) == len(made.piece)
    assert np.isfinite(surprise_of(run, made)).all()


@pytest.mark.parametrize("kind", ["gru", "lstm", "rnn"])
def test_the_gates_of_every_cell_are_shown_and_explained(own_store: Store, kind: str) -> None:
    run, made = made_by(own_store, kind)
    at = opened(run, made, "The gates")
    assert at.selectbox(key=f"gates-layer-{run.id}").options[1].endswith("8 units")
    said = text(at)
    assert "**Hidden state.**" in said
    assert ("**Update gate.**" in said) == (kind == "gru")
    assert ("**Forget gate.**" in said) == (kind == "lstm")
    assert ("has no gates" in said) == (kind == "rnn")
    at.selectbox(key="gates-order").set_value("by reaction: Register").run()
    assert not at.exception


def test_units_stand_in_the_order_asked_for(own_store: Store) -> None:
    run, made = made_by(own_store)
    layer = trace_take(own_store, made).layers[1]
    assert order_of(layer, 1, AS_THEY_ARE, None).tolist() == list(range(8))
    means = layer.state.mean(axis=0)[order_of(layer, 1, BY_MEAN, None)]
    assert (np.diff(means) <= 0).all()
    found, held_out = measured(run.id, 1)
    assert not held_out
    shares = found.share("register", 1)
    ordered = shares[order_of(layer, 1, "by reaction: Register", found)]
    assert (np.diff(ordered) <= 0).all()


def test_what_units_react_to_is_said_with_its_numbers(own_store: Store) -> None:
    run, made = made_by(own_store)
    at = opened(run, made, "What the units react to")
    found, _ = measured(run.id, 1)
    assert at.segmented_control(key="reactions-feature").options == [
        FEATURES[name].title for name in found.found
    ]
    beat = found.found["beat"]
    assert summary(found, beat) in text(at)
    if len(beat.strongest):
        rows = table(found, beat)
        assert rows[0]["Explained (%)"] == pytest.approx(100 * beat.share.max(), abs=0.01)
        assert len(figure(found, beat, "beat").data) == min(5, len(beat.strongest))
    quiet = replace(beat, chance=1.0)
    assert summary(found, quiet).startswith("None of the 18 units reacts")


def test_surprise_lines_up_with_the_notes_of_the_roll(own_store: Store) -> None:
    run, made = made_by(own_store)
    rows = rows_of_notes(run, made)
    notes = made.piece.notes()
    assert made.onsets[rows] == pytest.approx(notes.onset)
    assert (made.rows[rows, 2] == notes.pitch).all()
    found = trace_take(own_store, made)
    assert surprise_of(run, made) == pytest.approx(found.surprise[rows])
