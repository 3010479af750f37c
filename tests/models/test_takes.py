"""Recipes and the takes they make."""

import json
from dataclasses import replace

import numpy as np
import pytest

from models.config import ConfigError
from models.generation import BOOK_WAY, Length, TakeSettings, generate
from models.going_on import again_from, alternatives, continued, varied, with_value
from models.prompts import NOTHING, Prompt
from models.run_music import run_music
from models.sampling import Sampling
from models.store import Run, Store, StoreError
from models.takes import MAX_TAKES, TakeRecipe, make_take, make_takes, row_onsets
from musiccore.encoding import Encoded
from musiccore.encoding.notes import INSTRUMENT, PITCH, WAIT
from musiccore.piece import Metre, music_digest
from musiccore.writing import to_midi
from tests.models.making import BOOK_SHAPED, kept_run
from tests.models.music import tune, tunes

Kept = tuple[Store, Run]


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return kept_run(tmp_path_factory.mktemp("notes"))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return kept_run(tmp_path_factory.mktemp("book"), "book", [*tunes(), tune(48, 120)], BOOK_SHAPED)


def recipes(run: Run) -> list[TakeRecipe]:
    encoding = run.encoding
    return [
        TakeRecipe(run.id, 2, TakeSettings(30)),
        TakeRecipe(run.id, 2, TakeSettings(length=Length(2, "bars"), seed=3), Prompt.held_out(1)),
        TakeRecipe(run.id, 1, TakeSettings(8, Sampling(0.5, 3, 0.9)), Prompt.of_corpus(2, 3, 2)),
        TakeRecipe(
            run.id,
            2,
            TakeSettings(length=Length(4.5, "seconds"), longest_copy=6),
            Prompt.of_piece(encoding, replace(tune(), metres=(Metre(0, 3, 4),))),
        ),
    ]


def test_a_recipe_survives_json_and_makes_the_same_bytes(notes: Kept) -> None:
    store, run = notes
    wanted = recipes(run)
    made = make_takes(store, wanted)
    for recipe, take in zip(wanted, made, strict=True):
        again = TakeRecipe.from_json(json.loads(recipe.text))
        assert again == recipe
        assert again.text == recipe.text
        (alone,) = make_takes(store, [again])
        assert to_midi(alone.piece) == to_midi(take.piece)
        assert (alone.rows == take.rows).all()
        assert (alone.prompt_rows, alone.generated_from) == (take.prompt_rows, take.generated_from)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"run": "0" * 16, "epoch": 1, "settings": {"sampling": {}}, "prompt": {"kind": "magic"}},
        {"run": "0" * 16, "epoch": 1, "settings": {"sampling": {"top_k": 0.5}}, "prompt": {}},
        {"run": "0" * 16, "epoch": 1, "settings": {"sampling": {}, "notes": 1.5}, "prompt": {}},
        {"run": "0" * 16, "epoch": 1, "settings": {"sampling": {}, "way": "back"}, "prompt": {}},
        {"run": "0" * 16, "epoch": 1, "settings": [], "prompt": {}},
        {"run": "0" * 16, "epoch": 1, "settings": {"sampling": {}}, "prompt": {"rows": 5}},
        {"run": "0" * 16, "epoch": 1, "settings": {"sampling": {}}, "prompt": {"since": -1.0}},
        {"run": "0" * 16, "epoch": 1, "settings": {"sampling": {}}, "prompt": {"bar_length": 0.0}},
    ],
)
def test_what_is_no_recipe_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        TakeRecipe.from_json(wrong)


def test_onsets_and_the_beginning_of_new_music_are_those_of_the_piece(notes: Kept) -> None:
    store, run = notes
    for take in make_takes(store, recipes(run)):
        notes_of_rows = [not run.encoding.is_end(row) for row in take.rows.tolist()]
        heard = take.piece.notes().onset
        assert take.onsets[notes_of_rows].tolist() == heard.tolist()
        if not take.prompt_rows:
            assert take.generated_from == 0
        elif len(take.new_rows):
            assert take.generated_from == take.onsets[take.prompt_rows]
        else:
            assert take.generated_from > take.onsets[-1]
        assert (row_onsets(run.encoding, take.rows[:3]) == take.onsets[:3]).all()


def test_too_many_at_once_and_unknown_networks_are_refused(notes: Kept) -> None:
    store, run = notes
    with pytest.raises(ConfigError, match=f"At most {MAX_TAKES}"):
        make_takes(store, [TakeRecipe(run.id, 2)] * (MAX_TAKES + 1))
    with pytest.raises(StoreError):
        make_takes(store, [TakeRecipe(run.id, 7)])
    with pytest.raises(StoreError):
        make_takes(store, [TakeRecipe("0" * 16, 1)])
    assert make_takes(store, []) == []


def test_the_chapters_own_way_starts_from_the_first_window_unheard(book: Kept) -> None:
    store, run = book
    made = make_take(store, run, BOOK_WAY)
    forward, music = store.forward(run, 2), run_music(store, run)
    first = music.first_rows(100)
    window = Encoded(first, np.zeros(100, np.int32))
    taken = generate(forward, BOOK_WAY, window, window=100)
    assert (made.rows == taken.rows).all()
    assert (made.context == first).all()
    assert made.prompt_rows == 0
    assert len(made.rows) == 500
    assert made.piece.programs == (24,), "a guitar"
    steps = np.diff(np.unique(made.piece.notes().onset))
    assert steps == pytest.approx(np.full(499, steps[0])), "uniform offsets"


def test_a_short_prompt_of_the_book_is_preceded_by_the_corpus(book: Kept) -> None:
    store, run = book
    settings = TakeSettings(20, seed=2, way="window")
    tapped = Prompt.of_rows(run_music(store, run).first_rows(3))
    for prompt, rows in ((tapped, 3), (Prompt.held_out(4), None), (Prompt.of_corpus(8, 5), None)):
        (made,) = make_takes(store, [TakeRecipe(run.id, 2, settings, prompt)])
        assert rows is None or made.prompt_rows == rows
        assert len(made.context) + made.prompt_rows == 100
        assert len(made.new_rows) == 20


# Going on


def first(store: Store, run: Run, settings: TakeSettings, prompt: Prompt = NOTHING) -> TakeRecipe:
    return TakeRecipe(run.id, 2, settings, prompt)


@pytest.mark.parametrize("prompt", [NOTHING, Prompt.held_out(5, 2)])
@pytest.mark.parametrize("name", ["notes", "book"])
def test_continuing_is_having_asked_for_more(
    name: str, prompt: Prompt, request: pytest.FixtureRequest
) -> None:
    store, run = request.getfixturevalue(name)
    way = "window" if name == "book" else "carried"
    long = first(store, run, TakeSettings(90, seed=4, way=way), prompt)
    short = replace(long, settings=replace(long.settings, notes=30))
    made = make_takes(store, [short])[0]
    twice = make_takes(store, [continued(make_takes(store, [continued(made)])[0])])[0]
    whole = make_takes(store, [long])[0]
    assert (twice.rows == whole.rows).all()
    assert music_digest(twice.piece) == music_digest(whole.piece)
    other = make_takes(store, [continued(made, Length(5), seed=9)])[0]
    assert (other.rows[: len(made.rows)] == made.rows).all()
    assert len(other.new_rows) >= 5


def test_again_from_a_bar_keeps_what_was_before_it(notes: Kept) -> None:
    store, run = notes
    for settings in (TakeSettings(80, seed=4), TakeSettings(length=Length(9, "bars"), seed=4)):
        made = make_takes(store, [first(store, run, settings)])[0]
        again = make_takes(store, [again_from(made, run.encoding, 4, seed=8)])[0]
        kept = again.prompt_rows
        assert (again.rows[:kept] == made.rows[:kept]).all()
        assert again.onsets[kept - 1] < 12 <= made.onsets[kept]
        assert again.generated_from >= 12
        assert (again.new_rows[:20] != made.rows[kept : kept + 20]).any()
        assert abs(again.piece.length - made.piece.length) <= 80
        once_more = make_takes(store, [again_from(again, run.encoding, 6, seed=9)])[0]
        assert (once_more.rows[:kept] == made.rows[:kept]).all()
        with pytest.raises(ConfigError, match="there is no bar 999"):
            again_from(made, run.encoding, 999, seed=1)


def test_again_from_the_first_bar_keeps_nothing(notes: Kept) -> None:
    store, run = notes
    made = make_takes(store, [first(store, run, TakeSettings(30))])[0]
    again = make_takes(store, [again_from(made, run.encoding, 1, seed=8)])[0]
    assert again.prompt_rows == 0
    assert again.generated_from == 0


def test_a_variation_stays_recognizable(notes: Kept) -> None:
    store, run = notes
    made = make_takes(store, [first(store, run, TakeSettings(200, seed=4), Prompt.held_out(2))])[0]
    wanted = [varied(made, run.encoding, seed, kept) for seed in (1, 2) for kept in (0.75, 0.4)]
    variations = make_takes(store, wanted)
    theme = made.new_rows
    for recipe, variation in zip(wanted, variations, strict=True):
        share = 0.75 if recipe in (wanted[0], wanted[2]) else 0.4
        own = variation.new_rows
        assert (variation.rows[: made.prompt_rows] == made.rows[: made.prompt_rows]).all()
        length = min(len(own), len(theme))
        rhythm = (own[:length, : INSTRUMENT + 1] == theme[:length, : INSTRUMENT + 1]).all(axis=1)
        assert rhythm.mean() > 0.85, "when and who"
        pitch = (own[:length, PITCH] == theme[:length, PITCH]).mean()
        assert share - 0.2 < pitch < 0.99
    assert (variations[0].new_rows[:150] != variations[2].new_rows[:150]).any()
    with pytest.raises(ConfigError):
        varied(made, run.encoding, 1, kept=1.5)


def test_all_of_a_take_kept_is_the_take(notes: Kept) -> None:
    store, run = notes
    made = make_takes(store, [first(store, run, TakeSettings(60, seed=4))])[0]
    same = make_takes(store, [varied(made, run.encoding, 5, kept=1.0)])[0]
    assert (same.rows == made.rows).all()


def test_a_value_is_put_where_it_is_wanted_and_the_take_goes_on(notes: Kept) -> None:
    store, run = notes
    made = make_takes(store, [first(store, run, TakeSettings(50, seed=4), Prompt.held_out(2))])[0]
    row = made.prompt_rows + 10
    for field in (WAIT, PITCH):
        legal = alternatives(store, run, made, row, field)
        values = np.arange(run.encoding.fields[field].size) if legal is None else legal.nonzero()[0]
        value = int(next(v for v in values if v != made.rows[row, field]))
        recipe = with_value(made, run.encoding, row, field, value)
        (other,) = make_takes(store, [TakeRecipe.from_json(recipe.to_json())])
        assert (other.rows[:row] == made.rows[:row]).all()
        assert (other.rows[row, :field] == made.rows[row, :field]).all()
        assert other.rows[row, field] == value
        assert len(other.piece) == len(made.piece)
    assert legal is not None
    assert not legal.all(), "some pitches are out of every range"
    illegal = int((~legal).nonzero()[0][0])
    (other,) = make_takes(store, [with_value(made, run.encoding, row, PITCH, illegal)])
    assert other.rows[row, PITCH] != illegal
    with pytest.raises(ConfigError):
        with_value(made, run.encoding, row, PITCH, 128)
    with pytest.raises(ConfigError):
        with_value(made, run.encoding, 10_000, PITCH, 60)
