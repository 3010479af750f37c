"""How original a take is, beside real music that was held out."""

from pathlib import Path

import numpy as np

from models.config import PRESETS
from models.data import Corpus
from models.originality import NGRAMS, PASSAGE, bar_of, learned, originality, usual_for
from models.store import Run, Store
from musiccore.encoding import ENCODINGS, Encoded
from musiccore.piece import Metre, Piece, Track, excerpt
from tests.models.music import tunes


def kept(folder: Path, encoding_name: str, pieces: list[Piece]) -> tuple[Store, Run]:
    encoding = ENCODINGS[encoding_name].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    preset = PRESETS["quick"]
    run = Run.of("tunes", encoding, preset.network, preset.training, corpus)
    store = Store(str(folder))
    return store, store.create(run, corpus)


def test_a_copy_is_found_in_the_piece_it_comes_from(tmp_path: Path) -> None:
    store, run = kept(tmp_path, "notes", tunes())
    music = learned(store, run)
    source = music.pieces[3]
    found = originality(run, music, excerpt(source, 4, 12))
    assert found.copy.notes == len(excerpt(source, 4, 12))
    assert found.share == 1
    assert found.original is not None
    # Scales repeat themselves, so the passage may stand earlier, and in another piece.
    assert found.original.number in music.numbers
    assert found.original.bar is not None


def test_new_music_shares_nothing(tmp_path: Path) -> None:
    store, run = kept(tmp_path, "notes", tunes())
    leaps = Piece("leaps", (Track.of([(i, 1, 30 + 50 * (i % 2), 90) for i in range(20)]),))
    found = originality(run, learned(store, run), leaps)
    assert found.original is None
    assert found.share == 0


def test_pieces_held_out_say_what_is_usual(tmp_path: Path) -> None:
    store, run = kept(tmp_path, "notes", tunes())
    music = learned(store, run)
    assert music.usual is not None
    assert len(music.usual.longest) + len(music.pieces) == len(tunes())
    assert list(music.usual.longest) == sorted(music.usual.longest)
    assert 0 <= music.usual.share <= 1


def test_the_books_tokens_have_no_bars(tmp_path: Path) -> None:
    store, run = kept(tmp_path, "book", tunes())
    music = learned(store, run)
    found = originality(run, music, music.pieces[0])
    assert found.copy.notes == len(music.pieces[0])
    assert found.original is not None
    assert found.original.bar is None


def test_bars_are_counted_through_rests() -> None:
    piece = Piece(
        "rests",
        (Track.of([(0, 1, 60, 90), (3, 1, 62, 90), (6, 1, 64, 90), (16, 1, 65, 90)]),),
        metres=(Metre(0, 3, 4),),
    )
    encoding = ENCODINGS["notes"].fit([piece])
    encoded: Encoded = encoding.encode(piece)
    onsets = np.array([0.0, 3.0, 6.0, 16.0])
    assert [bar_of(encoding, encoded, onset) for onset in onsets] == [1, 2, 3, 6]


def test_shares_of_shorter_and_longer_passages(tmp_path: Path) -> None:
    store, run = kept(tmp_path, "notes", tunes())
    music = learned(store, run)
    source = music.pieces[2]
    whole = originality(run, music, source)
    assert whole.shares == (1.0,) * len(NGRAMS)
    leap = Track.of([(onset + 8, 1, 100 - 7 * onset, 90) for onset in range(9)])
    half = originality(run, music, Piece("half", (*excerpt(source, 0, 8).tracks, leap)))
    assert 1 > half.shares[0] > 0
    assert list(half.shares) == sorted(half.shares, reverse=True)
    assert half.shares[NGRAMS.index(PASSAGE)] == half.share


def test_a_short_take_is_held_against_as_short_beginnings(tmp_path: Path) -> None:
    store, run = kept(tmp_path, "notes", tunes())
    music = learned(store, run)
    short = usual_for(music, 12)
    assert short is not None
    assert music.usual is not None
    assert max(short.longest) <= 12 < max(music.usual.longest)
    assert usual_for(music, 10_000) is music.usual
    assert [len(column) for column in short.shares] == [len(music.unseen)] * len(NGRAMS)
    alone, lone = kept(tmp_path / "alone", "notes", tunes(1))
    assert usual_for(learned(alone, lone), 12) is None
