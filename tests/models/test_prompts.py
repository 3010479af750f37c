"""What a take goes on from."""

from pathlib import Path

import numpy as np
import pytest

from models.bars import bar_length, bar_lines, bars
from models.config import ConfigError
from models.data import Corpus
from models.prompts import NOTHING, Prompt, beginning_of
from models.run_music import RunMusic, run_music
from musiccore.encoding import ENCODINGS, NotesEncoding
from musiccore.piece import Metre, Piece, Track
from tests.models.making import BOOK_SHAPED, kept_run
from tests.models.music import band, tune, tunes


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> RunMusic:
    return run_music(*kept_run(tmp_path_factory.mktemp("notes")))


def test_a_passage_is_the_bars_of_the_piece(music: RunMusic) -> None:
    number = len(music.corpus) - 1  # the band
    whole = music.notes_of(number)
    found = beginning_of(Prompt.of_corpus(number, bar=3, bars=2), music, "carried", 100)
    heard = music.encoding.decode(found.prompt).notes()
    assert found.since == 8.0
    assert heard.onset.min() == 0
    assert heard.onset.max() == 7
    onsets = music.encoding.onsets(whole.rows)
    inside = (onsets >= 8) & (onsets < 16)
    assert (found.prompt[1:] == whole.rows[inside][1:]).all()
    assert not len(found.context)


def test_a_passage_may_begin_with_a_rest() -> None:
    piece = Piece("rest", (Track.of([(0, 1, 60, 90), (6, 1, 62, 90), (7, 1, 64, 90)]),))
    encoding = NotesEncoding.fit([piece])
    music = RunMusic(encoding, Corpus.of(encoding, [piece]), ())
    found = beginning_of(Prompt.of_corpus(0, bar=2, bars=1), music, "carried", 100)
    assert music.encoding.decode(found.prompt).notes().onset.tolist() == [2, 3]


def test_a_random_passage_is_held_out_and_the_same_for_the_same_seed(music: RunMusic) -> None:
    held = [music.notes_of(i).rows for i in music.held_out]
    assert held
    seen = set()
    for seed in range(12):
        found, again = (
            beginning_of(Prompt.held_out(seed, bars=2), music, "carried", 100) for _ in range(2)
        )
        assert (found.prompt == again.prompt).all()
        rest = found.prompt[1:]
        assert any((own[i : i + len(rest)] == rest).all() for own in held for i in range(len(own)))
        seen.add(found.prompt.tobytes())
    assert len(seen) > 1


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        (Prompt.of_corpus(99), "has 9 pieces"),
        (Prompt.of_corpus(0, bar=99), "there is no bar 99"),
        (Prompt("given", rows=((1, 2),)), "another encoding"),
        (Prompt("given", rows=((0, 0, 128, 0, 0),)), "does not know"),
        (Prompt("given", rows=((0, 0, 60, 0, 0),), plan=((-2, 0, 0, 0, 0),)), "does not know"),
    ],
)
def test_what_is_not_there_is_said(music: RunMusic, prompt: Prompt, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        beginning_of(prompt, music, "carried", 100)


def test_bars_without_notes_are_said() -> None:
    piece = Piece("rest", (Track.of([(0, 1, 60, 90), (4, 1, 61, 90), (16, 1, 62, 90)]),))
    encoding = NotesEncoding.fit([piece])
    music = RunMusic(encoding, Corpus.of(encoding, [piece]), ())
    assert bars(encoding, music.notes_of(0)) >= 3
    with pytest.raises(ConfigError, match="No note starts in bars 3 to 3"):
        beginning_of(Prompt.of_corpus(0, 3, 1), music, "carried", 100)
    assert len(beginning_of(Prompt.of_corpus(0, 2, 1), music, "carried", 100).prompt) == 1


def test_a_prompt_is_kept_as_little_as_it_needs() -> None:
    assert NOTHING.to_json() == {"kind": "nothing"}
    for prompt in (NOTHING, Prompt.held_out(3), Prompt.of_corpus(1, 2, 3)):
        assert Prompt.from_json(prompt.to_json()) == prompt
    encoding = ENCODINGS["notes"].fit([tune()])
    given = Prompt.of_piece(encoding, tune())
    assert Prompt.from_json(given.to_json()) == given
    assert len(given.rows) == len(tune())


def test_bars_are_found_by_their_positions() -> None:
    waltz = Piece(
        "waltz",
        (Track.of([(b, 1, 60 + b, 90) for b in range(10)]),),
        metres=(Metre(0, 3, 4),),
    )
    encoding = NotesEncoding.fit([waltz, band()])
    encoded = encoding.encode(waltz)
    assert bar_lines(encoding, encoded)[:4].tolist() == [0, 3, 6, 9]
    assert bar_length(encoding, encoded) == 3


def test_the_book_has_bars_of_four_quarters(tmp_path: Path) -> None:
    music = run_music(*kept_run(tmp_path, "book", [*tunes(), tune(48, 120)], BOOK_SHAPED))
    lines = bar_lines(music.encoding, music.notes_of(8))
    assert np.diff(lines) == pytest.approx(np.full(len(lines) - 1, lines[1]))
    assert lines[1] == pytest.approx(4, abs=0.5)
    found = beginning_of(Prompt.of_corpus(8, bar=2, bars=1), music, "window", 20)
    assert len(found.context) + len(found.prompt) == 20
    before = music.notes_of(8).rows[: len(found.prompt)]
    assert (found.context[-len(before) :] == before).all()


def test_a_run_may_have_too_little_music_for_a_window(tmp_path: Path) -> None:
    music = run_music(*kept_run(tmp_path, "book", [tune(notes=12), tune(50, 13)], BOOK_SHAPED))
    with pytest.raises(ConfigError, match="Choose a longer prompt"):
        beginning_of(NOTHING, music, "window", 100)
