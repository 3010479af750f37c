"""Whatever the weights, only legal music comes out of the encoding `notes`."""

import io
from itertools import pairwise

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.config import Layer, NetworkConfig
from models.data import Corpus
from models.forward import Forward
from models.generation import Beginning, Length, TakeSettings, generate_takes
from models.sampling import Sampling
from musiccore.encoding import Encoding, NotesEncoding
from musiccore.encoding.notes import END, INSTRUMENT, PITCH, STEPS, WAIT
from musiccore.piece import DRUMS, Piece, Track
from musiccore.ranges import RANGES
from musiccore.writing import to_midi
from tests.models.music import band, tune
from tests.models.test_generation import random_weights

TINY = NetworkConfig((Layer("gru", 5),), embedding=4, head=4)
HIGH_FLUTE = Piece("high flute", (Track.of([(0, 1, 118, 90), (1, 2, 60, 90)], 73),))
MUSIC = {
    "one part": [tune()],
    "band": [band()],
    "orchestra": [HIGH_FLUTE, tune(program=40), tune(30, program=57), band(), tune(program=81)],
    "drums alone": [band().only([DRUMS])],
}


def fitted(name: str) -> tuple[Encoding, Corpus]:
    encoding = NotesEncoding.fit(MUSIC[name])
    return encoding, Corpus.of(encoding, MUSIC[name])


@settings(deadline=None, max_examples=15)
@given(
    st.sampled_from(sorted(MUSIC)),
    st.integers(0, 2**32 - 1),
    st.sampled_from([Sampling(), Sampling(0), Sampling(10.0), Sampling(2.0, top_k=3)]),
    st.sampled_from([None, 3.0, 1.75]),
)
def test_whatever_the_weights_the_music_is_legal(
    name: str, seed: int, sampling: Sampling, bar: float | None
) -> None:
    encoding, corpus = fitted(name)
    forward = Forward(encoding, TINY, random_weights(encoding, TINY, seed))
    pitches = encoding.pitches(piece.rows for piece in corpus.pieces)
    assert pitches is not None
    wanted = [(TakeSettings(90, sampling, s), Beginning(bar=bar)) for s in (seed, 1)]
    for rows in generate_takes(forward, wanted, pitches=pitches):
        assert rows[0, WAIT] != END
        assert STEPS[rows[0, WAIT]] < (bar or encoding.bar) * 12
        for before, row in pairwise(rows):
            if before[WAIT] == END:
                assert row[WAIT] != END
            elif row[WAIT] == 0:
                assert (row[INSTRUMENT], row[PITCH]) > (before[INSTRUMENT], before[PITCH])
        notes = rows[rows[:, WAIT] != END]
        low, high = pitches[notes[:, INSTRUMENT]].T
        assert ((low <= notes[:, PITCH]) & (notes[:, PITCH] <= high)).all()
        music = encoding.decode(rows)
        assert len(music) == 90
        assert (music.notes().duration > 0).all()
        assert music.notes().onset.max() <= encoding.onsets(rows).max()


def test_every_note_that_starts_ends_in_the_file() -> None:
    encoding, corpus = fitted("orchestra")
    forward = Forward(encoding, TINY, random_weights(encoding, TINY, 3))
    pitches = encoding.pitches(piece.rows for piece in corpus.pieces)
    (rows,) = generate_takes(forward, [(TakeSettings(300), Beginning())], pitches=pitches)
    down: dict[tuple[int, int], int] = {}
    for message in mido.MidiFile(file=io.BytesIO(to_midi(encoding.decode(rows)))):
        if message.type in ("note_on", "note_off"):
            key = (message.channel, message.note)
            starts = message.type == "note_on" and message.velocity > 0
            assert down.get(key, 0) == (0 if starts else 1)
            down[key] = int(starts)
    assert down
    assert not any(down.values())


def test_an_instrument_keeps_to_its_range_and_to_what_the_corpus_has() -> None:
    encoding, corpus = fitted("orchestra")
    assert isinstance(encoding, NotesEncoding)
    pitches = encoding.pitches(piece.rows for piece in corpus.pieces)
    flute = encoding.programs.index(73)
    assert RANGES[73] == (59, 98)
    assert pitches[flute].tolist() == [59, 118]
    assert pitches[encoding.programs.index(40)].tolist() == list(RANGES[40])
    assert pitches[encoding.programs.index(57)].tolist() == [30, 77], "a trombone, lower than most"


@pytest.mark.parametrize("since", [0.0, 5.0, 12.25, 100.0])
def test_nothing_new_sounds_before_its_time(since: float) -> None:
    encoding, _ = fitted("band")
    forward = Forward(encoding, TINY, random_weights(encoding, TINY, 1))
    prompt = encoding.encode(band()).rows[:9]
    wanted = [(TakeSettings(10, seed=s), Beginning(prompt=prompt, since=since)) for s in range(4)]
    for rows in generate_takes(forward, wanted):
        onsets = encoding.onsets(np.concatenate([prompt, rows]))[len(prompt) :]
        if rows[0, WAIT] == END:
            continue
        # One wait is 16 quarter notes at most.
        assert onsets[0] >= min(since, encoding.onsets(prompt)[-1] + 16)


@pytest.mark.parametrize(
    ("length", "quarters"), [(Length(6, "bars"), 24.0), (Length(9, "seconds"), 18.0)]
)
def test_bars_and_seconds_are_those_of_the_decoded_music(length: Length, quarters: float) -> None:
    encoding, _ = fitted("band")
    assert (encoding.bar, encoding.bpm) == (4.0, 120.0)
    forward = Forward(encoding, TINY, random_weights(encoding, TINY, 2))
    prompt = encoding.encode(band()).rows[:14]  # up to the second bar
    for beginning, start in ((Beginning(), 0.0), (Beginning(prompt=prompt), 8.0)):
        (rows,) = generate_takes(forward, [(TakeSettings(length=length), beginning)])
        (more,) = generate_takes(forward, [(TakeSettings(notes=len(rows) + 40), beginning)])
        whole = np.concatenate([beginning.prompt.reshape(-1, 5), more])
        heard = encoding.onsets(whole)[len(whole) - len(more) :] < start + quarters
        notes = more[:, WAIT] != END
        assert (more[: len(rows)] == rows).all()
        assert (heard | ~notes)[: len(rows)].all(), "nothing sounds beyond"
        assert not (heard & notes)[len(rows) :].any(), "and nothing is missing"
