"""MIDI as bad as it comes, made by rule and by seed: for tests and for `benchmarks.robustness`."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from musiccore.limits import Limits
from musiccore.piece import Piece
from musiccore.reasons import REASONS
from musiccore.reports import STATUSES, FileReport
from musiccore.starters import STARTERS, open_starter
from musiccore.writing import WritingError, to_midi
from tests.musiccore import midi

LARGEST_SEED = 20_000  # bytes: the sets have longer files, but no other kinds of events

ORCHESTRA = (
    midi.header(tracks=3)
    + midi.track(
        midi.title("Flöte".encode("cp1252")), midi.metre(3, 2), midi.key(2), midi.tempo(450_000)
    )
    + midi.track(
        midi.program(40),
        midi.on(0, 60) + midi.on(0, 64) + midi.off(480, 64) + midi.off(0, 60),
        midi.note(72, 100),
    )
    + midi.track(
        midi.note(36, channel=9),
        b"\x00\xb0\x40\x7f",  # controller 64 (sustain pedal) down
        b"\x00\xe0\x00\x40",  # pitch bend, none
        b"\x00\xf0\x05\x7e\x7f\x09\x01\xf7",  # system exclusive: General MIDI on
        midi.note(50, 50),
    )
)
ODD = (
    midi.SCALE,
    ORCHESTRA,
    midi.song(midi.note(60, 1000), division=0xE728),
    midi.header(form=2, tracks=2) + midi.track(midi.note(60)) + midi.track(midi.note(62)),
    midi.song(*(midi.meta(0x05, "レ".encode("cp932")) + midi.note(60 + i) for i in range(12))),
    midi.song(b"\x00\x90\x3c\x40", *(b"\x60\x3c\x00\x00\x3e\x40\x60\x3e\x00" for _ in range(9))),
    b"RIFF\x00\x00\x00\x00RMIDdata\x00\x00\x00\x00" + midi.SCALE,
)


def seeds(each: int) -> list[bytes]:
    """Files to damage: odd ones, and `each` of every starter set, evenly spread."""
    files = list(ODD)
    for name, starter in STARTERS.items():
        short = (data for _, data in open_starter(name) if len(data) <= LARGEST_SEED)
        files += islice(short, 0, None, max(1, starter.files // each))
    return files


# Damage: each takes a file, all the others, and dice.

_Damage = Callable[[bytearray, Sequence[bytes], random.Random], None]


def _place(data: bytearray, dice: random.Random) -> int:
    # Half of all damage goes where the header and the first events are.
    return dice.randrange(min(len(data), 64) if dice.random() < 0.5 else len(data))


def _flip(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    data[_place(data, dice)] ^= 1 << dice.randrange(8)


def _set(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    data[_place(data, dice)] = dice.choice((0, 0x7F, 0x80, 0xF0, 0xFF, dice.randrange(256)))


def _cut(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    del data[_place(data, dice) :]


def _insert(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    place = _place(data, dice)
    data[place:place] = dice.randbytes(dice.randrange(1, 9))


def _take_out(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    place = _place(data, dice)
    del data[place : place + dice.randrange(1, 40)]


def _repeat(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    place = _place(data, dice)
    part = data[place : place + dice.randrange(1, 200)]
    data[place:place] = part * dice.randrange(1, 20)


def _huge_delta(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    # The longest legal quantity, one with too many bytes, one that never ends.
    place = _place(data, dice)
    data[place:place] = dice.choice((b"\xff\xff\xff\x7f", b"\xff" * 8 + b"\x7f", b"\x80" * 40))


def _huge_length(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    # What a chunk, a text or a system exclusive message claims to hold.
    place = _place(data, dice)
    data[place : place + 4] = dice.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x00" * 4))


def _header(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    fields = [dice.choice((0, 1, 2, 96, 0x7FFF, 0x8000, 0xE728, 0xFFFF)) for _ in range(3)]
    which = dice.randrange(3)
    data[8 + 2 * which : 10 + 2 * which] = fields[which].to_bytes(2, "big")


def _swap_chunks(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    head, *chunks = bytes(data).split(b"MTrk")
    dice.shuffle(chunks)
    data[:] = b"MTrk".join((head, *chunks))


def _join(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    other = dice.choice(others)
    data[_place(data, dice) :] = other[dice.randrange(len(other)) :]


DAMAGES: dict[str, _Damage] = {
    "flip": _flip,
    "set": _set,
    "cut": _cut,
    "insert": _insert,
    "take out": _take_out,
    "repeat": _repeat,
    "huge delta": _huge_delta,
    "huge length": _huge_length,
    "header": _header,
    "swap chunks": _swap_chunks,
    "join": _join,
}


def damaged(files: Sequence[bytes], number: int, random_seed: int) -> Iterator[tuple[str, bytes]]:
    """`number` files, each one of `files` damaged up to four times; named by what was done."""
    dice = random.Random(random_seed)  # noqa: S311  damage has to come again, not to be secret
    kinds = list(DAMAGES)
    for i in range(number):
        data = bytearray(dice.choice(files))
        done = dice.choices(kinds, k=dice.randrange(1, 5))
        for kind in done:
            if data:
                DAMAGES[kind](data, files, dice)
        # Or else most would be refused by their sizes, and the parser never put to the test.
        if dice.random() < 0.7:
            data = _with_true_sizes(data)
        yield f"damaged {i} ({', '.join(done)}).mid", bytes(data)


def _with_true_sizes(data: bytearray) -> bytearray:
    """The file with the length of every chunk set to what the chunk holds."""
    head, *chunks = data.split(b"MTrk")
    return bytearray().join(
        (head, *(b"MTrk" + max(0, len(c) - 4).to_bytes(4, "big") + c[4:] for c in chunks))
    )


# Invention: files of events that MIDI has, in an order and with values that nobody would write.

_waits = st.one_of(st.integers(0, 2000), st.integers(0, 2**28 - 1))
_byte = st.integers(0, 127)
_channel = st.integers(0, 15)
_text = st.one_of(
    st.binary(max_size=20), st.text(max_size=12).map(lambda t: t.encode("utf-8", "replace"))
)
_notes = st.builds(midi.note, _byte, st.integers(0, 4000), _channel)
_events = st.one_of(
    _notes,
    st.builds(midi.on, _waits, _byte, _byte, _channel),
    st.builds(midi.off, _waits, _byte, _channel),
    st.builds(midi.program, _byte, _channel),
    st.builds(midi.tempo, st.integers(0, 2**24 - 1), _waits),
    st.builds(midi.metre, st.integers(0, 255), st.integers(0, 255)),
    st.builds(midi.key, st.integers(-128, 127), st.integers(0, 255)),
    st.builds(midi.meta, st.integers(0, 127), _text, _waits),
    # Controllers, pressure and bends, with values that are none now and then.
    st.builds(
        lambda kind, channel, values: bytes((0, kind << 4 | channel)) + values,
        st.integers(0xA, 0xE),
        _channel,
        st.binary(min_size=2, max_size=2),
    ),
    st.binary(max_size=6),
)
_division = st.one_of(st.just(480), st.integers(0, 0xFFFF))


@st.composite
def invented(draw: st.DrawFn) -> bytes:
    """A file of up to four tracks of random events, mostly legal."""
    tracks = draw(st.lists(st.lists(_events, max_size=12), max_size=4))
    some = draw(st.lists(_notes, min_size=1, max_size=4))
    ends = st.sampled_from((midi.END, midi.END, midi.END, b"", b"\x00"))
    chunks = [midi.track(*events, end=draw(ends)) for events in [some, *tracks]]
    form = draw(st.sampled_from((0, 1, 1, 1, 2, 3)))
    declared = draw(st.sampled_from((len(chunks), len(chunks), len(chunks), 0, 0xFFFF)))
    return midi.header(form, declared, draw(_division)) + b"".join(chunks)


def inventions(number: int, random_seed: int) -> list[tuple[str, bytes]]:
    """About `number` different invented files."""
    found: dict[bytes, str] = {}

    @seed(random_seed)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=tuple(HealthCheck),
    )
    @given(invented())
    def invent(data: bytes) -> None:
        found.setdefault(data, f"invented {len(found)}.mid")

    invent()
    return [(name, data) for data, name in found.items()]


def check(name: str, piece: Piece | None, report: FileReport) -> None:
    """Assert that what came of a file is music as it should be, or a refusal by name."""
    json.dumps(asdict(report), allow_nan=False)
    assert report.file == name
    assert report.status in STATUSES
    assert report.message.isprintable()
    assert report.reason is None or report.reason in REASONS
    if piece is None:
        assert report.status == "refused"
        assert report.reason is not None
        assert not report.reason.startswith("reader_"), report.reason
        assert report.message.startswith(name)
        return
    assert report.status == ("repaired" if piece.repairs else "read")
    assert report.notes == len(piece) > 0
    notes = piece.notes()
    assert np.isfinite(notes.onset).all()
    assert np.isfinite(notes.duration).all()
    assert notes.onset.min() >= 0
    assert notes.duration.min() >= 0
    assert 0 <= notes.pitch.min() <= notes.pitch.max() <= 127
    assert 1 <= notes.velocity.min() <= notes.velocity.max() <= 127
    assert 0 <= piece.seconds <= Limits().file_hours * 3600
    assert all(tempo.onset >= 0 and 0 < tempo.bpm <= 2000 for tempo in piece.tempos)
    assert all(metre.onset >= 0 and metre.bar > 0 for metre in piece.metres)
    assert all(key.onset >= 0 and abs(key.sharps) <= 7 for key in piece.keys)
    for part in piece.tracks:
        assert part.name.isprintable()
        assert np.array_equal(np.lexsort((part.pitch, part.onset)), np.arange(len(part)))


def written(piece: Piece) -> bytes | None:
    """The piece as Gruve writes it; None where it is longer than MIDI can count."""
    try:
        return to_midi(piece)
    except WritingError:
        return None


def check_again(piece: Piece, again: Piece | None, report: FileReport) -> None:
    """Assert that what Gruve wrote of a piece reads as it stands."""
    assert again is not None, report.message
    assert report.status == "read", report.message
    assert 0 < len(again) <= len(piece)
    assert set(again.programs) <= set(piece.programs)
