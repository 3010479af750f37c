"""More programs than channels: every note is played by its own program, as a synthesizer hears."""

from __future__ import annotations

import io
from collections import Counter

import mido

from musiccore.piece import DRUMS, Piece, Track
from musiccore.writing import to_midi


def played(midi: bytes) -> Counter[tuple[int, int, int]]:
    """(tick, pitch, program) of every note as one synthesizer with 16 channels plays the file:
    tracks of one moment one after the other, from the last to the first, which is the harder."""
    file = mido.MidiFile(file=io.BytesIO(midi))
    events = []
    for number, track in enumerate(file.tracks):
        now = 0
        for message in track:
            now += message.time
            if not message.is_meta:
                events.append((now, -number, message))
    programs: dict[int, int] = {}
    heard: Counter[tuple[int, int, int]] = Counter()
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        if message.type == "program_change":
            programs[message.channel] = message.program
        elif message.type == "note_on" and message.velocity:
            program = DRUMS if message.channel == 9 else programs[message.channel]
            heard[tick, message.note, program] += 1
    return heard


def crowd(programs: int) -> Piece:
    """Programs that all play at the same time, the first of them most."""
    return Piece(
        "crowd",
        (
            *(
                Track.of([(n / 2, 0.5, 30 + k, 80) for n in range(40 - k)], k, f"Part {k}")
                for k in range(programs)
            ),
            Track.of([(n, 0.25, 36, 90) for n in range(4)], DRUMS),
        ),
    )


def test_every_note_is_played_by_its_own_program() -> None:
    for number in (15, 16, 32):
        piece = crowd(number)
        expected = Counter(
            (round(onset * 480), int(pitch), track.program)
            for track in piece.tracks
            for onset, pitch in zip(track.onset, track.pitch, strict=True)
        )
        assert played(to_midi(piece)) == expected


def test_who_plays_most_has_a_channel_to_itself_and_drums_have_theirs() -> None:
    file = mido.MidiFile(file=io.BytesIO(to_midi(crowd(17))))
    channels = [next(m.channel for m in t if m.type == "note_on") for t in file.tracks]
    assert channels[-1] == 9
    assert 9 not in channels[:-1]
    shared = Counter(channels[:-1])
    assert len(shared) == 15
    assert all(shared[channel] == 1 for channel in channels[:13])
    # Without a change of program, a file is as symusic writes it.
    changes = sum(m.type == "program_change" for m in file.tracks[0])
    assert changes == 1


def test_the_same_piece_is_the_same_file() -> None:
    assert to_midi(crowd(20)) == to_midi(crowd(20))
