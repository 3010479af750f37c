"""A take that must not copy has no copy longer than allowed, whatever its network wants."""

from dataclasses import replace
from pathlib import Path

import pytest

from models.generation import Beginning, TakeSettings, generate_takes
from models.going_on import with_value
from models.prompts import Prompt, plain_rows
from models.run_music import RunMusic, run_music
from models.sampling import Sampling
from models.takes import TakeRecipe, make_takes
from musiccore.copies import Passages
from musiccore.piece import Piece
from tests.models.making import BOOK_SHAPED, kept_run
from tests.models.music import band, tune, tunes


def passages(music: RunMusic) -> Passages:
    return Passages([music.encoding.decode(music.corpus.pieces[i].rows) for i in music.learned])


PIECES: dict[str, list[Piece]] = {
    "one part": tunes(),
    "band": [band("a"), *tunes(3), band("b", 12)],
}


@pytest.mark.parametrize("pieces", PIECES)
@pytest.mark.parametrize("longest", [4, 7])
def test_a_take_forced_to_copy_copies_no_more_than_allowed(
    pieces: str, longest: int, tmp_path: Path
) -> None:
    """The plan wants a learned piece, note for note, as a network would that knows it by heart."""
    store, run = kept_run(tmp_path, pieces=PIECES[pieces])
    music = run_music(store, run)
    known = passages(music)
    wanted = music.notes_of(music.learned[0]).rows[:90]
    recipe = TakeRecipe(
        run.id,
        2,
        TakeSettings(len(wanted), seed=2),
        Prompt("given", plan=plain_rows(wanted)),
    )
    free = make_takes(store, [recipe])[0]
    assert (free.rows == wanted).all()
    assert known.longest(free.piece).notes > 20
    forbidden = replace(recipe, settings=replace(recipe.settings, longest_copy=longest))
    made, other = make_takes(store, [forbidden, recipe])
    assert known.longest(made.piece).notes <= longest
    assert len(made.piece) == len(wanted)
    assert (other.rows == free.rows).all()
    assert (make_takes(store, [forbidden])[0].rows == made.rows).all()


def test_a_prompt_that_is_a_copy_is_not_gone_on_with(tmp_path: Path) -> None:
    store, run = kept_run(tmp_path)
    music = run_music(store, run)
    rows = music.notes_of(music.learned[0]).rows
    prompt = Prompt.of_rows(rows[:12], plan=plain_rows(rows[12:30]))
    settings = TakeSettings(30, longest_copy=5)
    (made,) = make_takes(store, [TakeRecipe(run.id, 2, settings, prompt)])
    assert passages(music).longest(made.piece).notes == 12, "the prompt's own"
    assert passages(music).longest(run.encoding.decode(made.new_rows)).notes <= 5


@pytest.mark.parametrize("field", [0, 2, 3])
def test_what_a_visitor_chose_comes_even_where_it_copies(field: int, tmp_path: Path) -> None:
    store, run = kept_run(tmp_path)
    music = run_music(store, run)
    rows = music.notes_of(music.learned[0]).rows
    settings = TakeSettings(20, longest_copy=5)
    prompt = Prompt.of_rows(rows[:12])
    (made,) = make_takes(store, [TakeRecipe(run.id, 2, settings, prompt)])
    asked = with_value(made, run.encoding, 12, field, int(rows[12, field]))
    asked = replace(asked, prompt=replace(asked.prompt, plan=plain_rows(rows[12:13])))
    assert TakeRecipe.from_json(asked.to_json()) == asked
    (other,) = make_takes(store, [asked])
    assert (other.rows[12] == rows[12]).all()
    assert [f.kind for f in other.faults][:1] == ["copy"]
    assert passages(music).longest(other.piece).notes == 13
    assert passages(music).longest(run.encoding.decode(other.rows[13:])).notes <= 5

    modest = replace(asked, prompt=replace(asked.prompt, insists=False))
    (without,) = make_takes(store, [modest])
    assert passages(music).longest(without.piece).notes == 12
    assert "copy" not in [f.kind for f in without.faults]


def test_a_choice_that_can_be_had_without_a_copy_is_had_so(tmp_path: Path) -> None:
    """When is asked for; which pitch comes then is free."""
    store, run = kept_run(tmp_path)
    music = run_music(store, run)
    rows = music.notes_of(music.learned[0]).rows
    prompt = Prompt.of_rows(rows[:12], plan=((int(rows[12, 0]), -1, -1, -1, -1),), insists=True)
    recipe = TakeRecipe(run.id, 2, TakeSettings(20, Sampling(0), longest_copy=5), prompt)
    (made,) = make_takes(store, [recipe])
    assert made.rows[12, 0] == rows[12, 0]
    assert passages(music).longest(made.piece).notes == 12
    assert "copy" not in [f.kind for f in made.faults]


def test_nor_does_the_likeliest_music(tmp_path: Path) -> None:
    """Greedy sampling from a network of the book's, which repeats what it has learned."""
    store, run = kept_run(tmp_path, "book", [*tunes(), tune(48, 120)], BOOK_SHAPED)
    music = run_music(store, run)
    settings = TakeSettings(80, Sampling(0), longest_copy=4, way="window")
    (made,) = make_takes(store, [TakeRecipe(run.id, 2, settings)])
    assert passages(music).longest(made.piece).notes <= 4


def test_where_everything_copies_something_is_played_all_the_same() -> None:
    from tests.models.test_generation import network

    class Always:
        def copies(self, onset: float, row: object) -> bool:
            return True

        def accept(self, onset: float, row: object) -> None:
            pass

    forward = network("book")
    settings = TakeSettings(5, longest_copy=4)
    (free,) = generate_takes(forward, [(TakeSettings(5), Beginning())])
    (made,) = generate_takes(forward, [(settings, Beginning())], copying=lambda _: Always())
    assert (made == free).all()
