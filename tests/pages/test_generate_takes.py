"""What the Generate page makes takes from, and what it does with them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest

from models.store import Epoch, Store
from models.takes import MadeTake, TakeRecipe
from musiccore.instruments import NAMES
from tests.models.test_generation import random_weights
from tests.pages.conftest import TOKEN
from tests.pages.test_generate import PAGE, choose, generate, said, trained
from tests.ui.music import tune, workspace_in
from ui.generating import making
from ui.shelf import Entry
from ui.takes import made_takes

OpenPage = Callable[..., AppTest]
VIOLIN = 40


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def takes_of(folder: Path) -> tuple[Entry, ...]:
    return workspace_in(folder, TOKEN).takes().open


def recipe_of(folder: Path) -> dict[str, object]:
    """The recipe of the take that is shown."""
    workspace = workspace_in(folder, TOKEN)
    recipe = workspace.recipe(workspace.takes().shown)
    assert recipe is not None
    return dict(recipe)


@pytest.fixture
def page(open_page: OpenPage, own_store: Path) -> AppTest:
    """Ready to make takes of 20 notes, from a network that begins with tunes."""
    trained(own_store)
    app = open_page(PAGE)
    app.number_input(key="length").set_value(20)
    return app


def test_who_leaves_while_it_is_made_finds_it(
    page: AppTest, open_page: OpenPage, own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def left_meanwhile(recipes: Sequence[TakeRecipe]) -> list[MadeTake]:
        made = made_takes(recipes)
        context = get_script_run_ctx()
        assert context is not None
        assert context.script_requests is not None
        context.script_requests.request_stop()  # as when the connection is gone
        return made

    monkeypatch.setattr(making, "made_takes", left_meanwhile)
    generate(page)
    assert not any(m.value.startswith("**20 notes") for m in page.markdown)
    assert len(takes_of(own_store)) == 1
    assert said(open_page(PAGE)).startswith("**20 notes")


# Beginnings


def test_it_goes_on_from_music_of_its_corpus(page: AppTest, own_store: Path) -> None:
    choose(page, "begin-with", "held out")
    press(page, "passage-next")
    generate(page)
    assert said(page).endswith("after 4 bars it never learned from")
    assert recipe_of(own_store)["prompt"] == {"kind": "held out", "seed": 1}

    choose(page, "begin-with", "piece")
    (pieces,) = [box for box in page.selectbox if box.label == "Piece"]
    pieces.set_value(3).run()
    (bar,) = [box for box in page.number_input if box.label.startswith("From bar")]
    bar.set_value(2)
    generate(page, passage_bars=2)
    assert said(page).endswith("after bars 2 to 3 of tune 3")


def test_it_goes_on_from_an_uploaded_file(page: AppTest, open_page: OpenPage) -> None:
    choose(page, "begin-with", "file")
    generate(page)
    assert page.error[0].value == "Bring a MIDI file first, or choose another beginning\\."
    page.file_uploader(key="prompt-midi-0").upload("bad.mid", b"MThd no music", "audio/midi").run()
    assert "bad" in page.error[0].value
    name, data = tune(60, notes=24)
    page.file_uploader(key="prompt-midi-1").upload(name, data, "audio/midi").run()
    assert not page.error
    generate(page, passage_bars=3)
    assert said(page).endswith("after 12 given notes"), "three bars of quarter notes"
    again = open_page(PAGE)
    assert any("tune 60" in c.value for c in again.caption)


def test_it_goes_on_from_tapped_notes(open_page: OpenPage, own_store: Path) -> None:
    trained(own_store)
    page = choose(open_page(PAGE), "begin-with", "tapped")
    generate(page, length=20)
    assert "Tap some notes first" in page.error[0].value
    tapped = [[0.0, 0.4, 60], [0.5, 0.4, 64], [1.0, 0.4, 67]]
    workspace_in(own_store).choose(tapped=tapped)
    page = generate(open_page(PAGE))
    assert said(page).endswith("after 3 given notes")
    assert said(page).startswith("**23 notes**")


# From one take to the next


def test_a_take_is_continued_varied_and_made_again_from_a_bar(
    page: AppTest, own_store: Path
) -> None:
    generate(page)
    press(page, "take-continue")
    assert said(page).startswith("**40 notes**")
    (bar,) = [box for box in page.number_input if box.label.startswith("Bar (of")]
    bar.set_value(2)
    press(page, "take-again")
    press(page, "take-vary")
    press(page, "take-vary")
    origins = [entry.origin for entry in takes_of(own_store)]
    assert origins[:4] == ["", "1 continued", "2 again from bar 2", "3 varied"]
    assert len(takes_of(own_store)) == 5


def test_the_same_press_twice_makes_two_takes(page: AppTest, own_store: Path) -> None:
    generate(page)
    first = takes_of(own_store)[0]
    press(page, "take-continue")
    (takes,) = [c for c in page.segmented_control if c.label == "Your takes"]
    takes.set_value(first.id).run()
    press(page, "take-continue")
    assert [e.origin for e in takes_of(own_store)] == ["", "1 continued", "1 continued"]


def test_what_went_wrong_is_said_and_mended_at_the_press_of_a_button(
    open_page: OpenPage, own_store: Path
) -> None:
    run = trained(own_store)
    weights = random_weights(run.encoding, run.network)
    weights["wait_logits/bias"][-2] = 1000  # the longest wait, behind which stands the end
    weights["duration_logits/bias"][0] = 1000
    Store(str(own_store)).save_epoch(run.id, Epoch(3, 3.0, 0.0, 0.1, 2.0, 1.0), weights)
    page = generate(open_page(PAGE), length=30)
    assert any("Nothing sounds in" in m.value for m in page.markdown)
    press(page, "mend-0")
    assert takes_of(own_store)[-1].origin == "1 mended"
    assert recipe_of(own_store)["settings"]["sampling"]["top_p"] == 0.9  # type: ignore[index]


def test_a_take_whose_network_is_gone_says_so(
    page: AppTest, open_page: OpenPage, own_store: Path
) -> None:
    generate(page)
    gone = takes_of(own_store)[0].run
    trained(own_store, "lstm")
    workspace_in(own_store).leave_run(gone)
    app = open_page(PAGE)
    assert not app.exception
    assert any("is gone" in info.value for info in app.info)


# Played otherwise


def test_it_is_played_otherwise_without_another_take(
    page: AppTest, open_page: OpenPage, own_store: Path
) -> None:
    generate(page)
    (take,) = takes_of(own_store)
    before = said(page)
    (part, *_) = [box for box in page.selectbox if box.label.endswith(", played by")]
    part.set_value(VIOLIN).run()
    page.number_input(key=f"tempo-{take.id}").set_value(60.0).run()
    page.number_input(key=f"transpose-{take.id}").set_value(-2).run()
    page.toggle(key=f"humanize-{take.id}").set_value(True).run()
    assert not page.exception
    assert NAMES[VIOLIN] in said(page)
    (after,) = takes_of(own_store)
    assert (after.id, after.number) == (take.id, take.number)
    assert after.arrangement.transpose == -2
    assert said(open_page(PAGE)) == said(page)
    press(page, "arrange-reset")
    assert said(page) == before


# The shelf


def test_thumbs_up_puts_a_take_on_the_shelf_until_it_is_taken_off(
    page: AppTest, open_page: OpenPage, own_store: Path
) -> None:
    assert any("The shelf is empty" in c.value for c in page.caption)
    generate(page)
    (take,) = takes_of(own_store)
    page.feedback(key=f"thumbs-{take.id}").set_value(1).run()
    page.text_input(key=f"name-{take.id}").set_value("**Mine**").run()
    again = open_page(PAGE)
    assert again.button(key=f"open-{take.id}").label == "\\*\\*Mine\\*\\*"
    assert again.feedback(key=f"thumbs-{take.id}").value == 1
    generate(again)
    press(again, f"open-{take.id}")
    assert workspace_in(own_store).takes().shown == take.id
    press(again, f"drop-{take.id}")
    assert workspace_in(own_store).takes().shelf == ()
    assert again.feedback(key=f"thumbs-{take.id}").value is None


def test_the_controls_show_what_made_a_take_from_the_shelf(page: AppTest, own_store: Path) -> None:
    (run,) = page.selectbox(key="run").options
    (epoch,) = [box for box in page.selectbox if box.label == "Epoch"]
    epoch.set_value(1).run()
    choose(page, "begin-with", "held out")
    generate(page, passage=3, passage_bars=2, temperature=0.9, top_k=12, seed=7)
    (take,) = takes_of(own_store)
    page.feedback(key=f"thumbs-{take.id}").set_value(1).run()
    epoch.set_value(2).run()
    choose(page, "begin-with", "nothing")
    choose(page, "character", "wild")
    generate(page, length=30, seed=1)

    press(page, f"open-{take.id}")
    assert not page.warning
    assert page.selectbox(key="run").options == [run]
    (epoch,) = [box for box in page.selectbox if box.label == "Epoch"]
    assert epoch.value == 1
    assert page.segmented_control(key="begin-with").value == "held out"
    due = {"passage": 3, "passage-bars": 2, "length": 20, "temperature": 0.9, "seed": 7}
    assert {key: page.number_input(key=key).value for key in due} == due
    generate(page)
    assert takes_of(own_store)[-1].id != take.id
    assert recipe_of(own_store)["prompt"] == {"kind": "held out", "seed": 3, "bars": 2}
    assert page.number_input(key="seed").value == 8, "the next seed, for the same settings"


def test_notes_that_only_a_take_knows_can_be_begun_with_again(
    page: AppTest, own_store: Path
) -> None:
    generate(page)
    press(page, "take-continue")
    _, continued = takes_of(own_store)
    before = recipe_of(own_store)["prompt"]
    page.feedback(key=f"thumbs-{continued.id}").set_value(1).run()
    press(page, f"open-{continued.id}")
    assert page.segmented_control(key="begin-with").value == "like"
    generate(page, length=10)
    assert said(page).startswith("**30 notes**")
    assert recipe_of(own_store)["prompt"] == before
    choose(page, "begin-with", "nothing")
    generate(page)
    assert said(page).endswith("from the beginning")


def test_a_full_shelf_is_said(
    page: AppTest, own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRUVE_SHELF_TAKES", "0")
    generate(page)
    (take,) = takes_of(own_store)
    page.feedback(key=f"thumbs-{take.id}").set_value(1).run()
    assert "holds 0 takes" in page.warning[0].value
    assert page.feedback(key=f"thumbs-{take.id}").value is None
