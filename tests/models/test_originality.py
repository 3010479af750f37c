"""How original a take is, beside real music that was held out."""

from pathlib import Path

import numpy as np

from models.config import PRESETS
from models.data import Corpus
from models.originality import bar_of, learned, originality
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
