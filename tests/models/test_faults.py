"""What went wrong with a take is noticed; real music has none of it."""

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest

from models.faults import Fault, faults, looping, silence
from models.sampling import PRESETS, Sampling
from models.take_settings import Length, TakeSettings
from musiccore.encoding import BookEncoding, Encoding, NotesEncoding
from musiccore.encoding.notes import END, WAIT
from musiccore.piece import Piece, Track
from musiccore.starters import STARTERS, load_starter
from tests.models.music import band, tune

USUAL = TakeSettings()


def found(piece: Piece, settings: TakeSettings = USUAL) -> dict[str, Fault]:
    encoding = NotesEncoding.fit([piece])
    rows = encoding.encode(piece).rows[:-1]
    return {f.kind: f for f in faults(encoding, rows, encoding.decode(rows), settings)}


def scale(notes: int, period: int, length: float = 0.5) -> Piece:
    rng = np.random.default_rng(1)
    pitches = rng.permutation(np.arange(50, 90))[:period]
    played = [(i * 0.5, length, int(pitches[i % period]), 80) for i in range(notes)]
    return Piece("scale", (Track.of(played),))


def test_a_loop_is_noticed_and_how_long_it_is() -> None:
    loop = scale(60, 7)
    encoding = NotesEncoding.fit([loop])
    rows = encoding.encode(loop).rows[:-1]
    assert looping(encoding, rows[1:]) == (7, 59)
    fault = found(loop)["loop"]
    assert "the same 7 notes" in fault.words
    assert "loop" not in found(scale(27, 7)), "three times is no loop"


@pytest.mark.parametrize(
    ("sampling", "mended"),
    [
        (Sampling(0), Sampling(1.0)),
        (Sampling(0.5, top_k=3), Sampling(1.0, top_k=3)),
        (Sampling(1.0, top_k=3), Sampling(1.0)),
        (Sampling(1.0, top_p=0.5), Sampling(1.0)),
        (Sampling(1.0), Sampling(1.2)),
    ],
)
def test_what_mends_a_loop_depends_on_what_made_it(sampling: Sampling, mended: Sampling) -> None:
    settings = TakeSettings(60, sampling, seed=3)
    fault = found(scale(60, 7), settings)["loop"]
    assert fault.settings == replace(settings, sampling=mended)
    assert fault.remedy


def test_one_and_the_same_note_is_noticed_once() -> None:
    assert set(found(scale(40, 1))) == {"one note"}


def test_silence_is_noticed() -> None:
    sparse = Piece("sparse", (Track.of([(8.0 * i, 1, 60 + i, 80) for i in range(9)]),))
    assert silence(sparse) == pytest.approx(56 / 65)
    fault = found(sparse)["silence"]
    assert fault.settings is not None
    assert fault.settings.sampling == Sampling(0.9, top_p=0.9)
    again = found(sparse, fault.settings)["silence"]
    assert again.settings == replace(fault.settings, seed=1)


def test_where_no_note_comes_in_time_there_are_some_in_so_many_notes() -> None:
    encoding = NotesEncoding.fit([tune()])
    rows = np.zeros((0, len(encoding.fields)), np.int32)
    settings = TakeSettings(length=Length(1, "seconds"), seed=4)
    (fault,) = faults(encoding, rows, encoding.decode(rows), settings)
    assert fault.kind == "empty"
    assert fault.settings == TakeSettings(notes=16, seed=4)


def test_less_chance_is_no_remedy_where_there_was_none() -> None:
    """Greedy takes come out as they are whatever top-p and seed say."""
    sparse = Piece("sparse", (Track.of([(8.0 * i, 1, 60 + i, 80) for i in range(9)]),))
    fault = found(sparse, replace(USUAL, sampling=Sampling(0.0)))["silence"]
    assert fault.settings is not None
    assert fault.settings.sampling == PRESETS["balanced"].sampling
    cold = replace(USUAL, sampling=Sampling(0.5), seed=4)
    assert found(sparse, cold)["silence"].settings == replace(cold, seed=5)


def test_what_ends_at_once_is_noticed() -> None:
    encoding = NotesEncoding.fit([tune()])
    rows = encoding.encode(tune()).rows[:-1]
    end = np.array([[END, 0, 0, 0, 0]], np.int32)
    for made in (
        np.concatenate([end, rows[:6]]),
        np.concatenate([rows[:3], end, rows[:3], end, rows[:3]]),
    ):
        kinds = {f.kind for f in faults(encoding, made, encoding.decode(made), USUAL)}
        assert "ended" in kinds
    whole = np.concatenate([rows, end, rows])
    assert (whole[:, WAIT] == END).sum() == 1
    assert not faults(encoding, whole, encoding.decode(whole), USUAL)


def test_a_part_out_of_its_range_is_noticed() -> None:
    low = Piece("low guitar", (Track.of([(i, 1, 30 + i % 11, 80) for i in range(40)], 24),))
    encoding: Encoding = BookEncoding.fit([low])
    rows = encoding.encode(low).rows
    (fault,) = (f for f in faults(encoding, rows, encoding.decode(rows), USUAL) if f.kind != "loop")
    assert fault.kind == "range"
    assert "too low" in fault.words
    assert "Nylon Guitar" in fault.words
    assert fault.settings is None


def test_what_the_corpus_has_is_in_range() -> None:
    low = Piece("low choir", (Track.of([(i, 1, 24 + i * 7 % 13, 80) for i in range(40)], 52),))
    assert "range" not in found(low)


def test_little_music_has_no_faults() -> None:
    assert not found(scale(6, 1))
    assert not found(band(bars=1))


def test_real_music_hardly_has_any() -> None:
    """Each threshold against every tenth piece of every starter set: 500 notes of it."""
    pieces = list(chain(*(load_starter(name)[::10] for name in STARTERS)))
    assert len(pieces) > 50
    encoding = NotesEncoding.fit(pieces)
    counted: dict[str, int] = {}
    for piece in pieces:
        rows = encoding.encode(piece).rows[:-1][:500]
        for fault in faults(encoding, rows, encoding.decode(rows), USUAL):
            counted[fault.kind] = counted.get(fault.kind, 0) + 1
    assert sum(counted.values()) <= 0.02 * len(pieces), counted
