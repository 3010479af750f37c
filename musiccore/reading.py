"""MIDI bytes -> `Piece`, by symusic; what it accepts and should not be believed is checked here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np
from symusic.core import NoteTickList, ScoreTick, TrackTick

from musiccore.chunks import bodies, closings, layout_of
from musiccore.limits import Limits, current_limits
from musiccore.mending import Mended, mend
from musiccore.piece import DRUMS, Key, Metre, Piece, Tempo, Track
from musiccore.reasons import ReadingError, over_limit, refusal
from musiccore.reports import STATUSES, Counted, FileReport, refused, report_on
from musiccore.text import REPLACEMENT, tidy, track_names

__all__ = ["STATUSES", "FileReport", "ReadingError", "read_file", "read_midi", "refused"]

FASTEST_BPM = 2_000
"""Quarter notes a minute beyond which a tempo is taken for a mistake."""

_MICROSECONDS_A_MINUTE = 60_000_000
_SHORTEST_QUARTER = _MICROSECONDS_A_MINUTE // FASTEST_BPM
_LONGEST_QUARTER = 0xFFFFFF / 1_000_000  # seconds: what three bytes of microseconds can say
_SECONDS_AN_HOUR = 3_600
_T = TypeVar("_T", covariant=True)


class _Vector(Protocol[_T]):
    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> _T: ...


_BEAT_UNITS = frozenset((1, 2, 4, 8, 16, 32, 64))
_MOST_SHARPS = 7


def read_midi(name: str, data: bytes, limits: Limits | None = None) -> Piece:
    """Read the bytes of one MIDI file; `name` is what the visitor calls it.

    Tracks without notes are left out, notes of no length kept. Raises `ReadingError` with a
    sentence that names the file and the remedy.
    """
    return _read(name, data, limits or current_limits())[0]


def read_file(
    name: str, data: bytes, limits: Limits | None = None
) -> tuple[Piece | None, FileReport]:
    """Read one file and report on it; bad bytes are reported, never raised.

    Also counts the notes that never end, which `read_midi` leaves out without a word.
    """
    limits = limits or current_limits()
    try:
        piece, mended, counted = _read(name, data, limits)
        unended = _unended(mended, len(piece))
    except ReadingError as error:
        return None, refused(name, error, data)
    except MemoryError:
        limit = limits.sentence("reader_bytes")
        return None, refused(name, refusal("reader_memory", name, limit=limit), data)
    if unended:
        never = "note never ends and was" if unended == 1 else "notes never end and were"
        piece = replace(piece, repairs=(*piece.repairs, f"{unended:,} {never} left out."))
    return piece, report_on(piece, counted)


def _read(name: str, data: bytes, limits: Limits) -> tuple[Piece, Mended, Counted]:
    mended = mend(name, data, limits)
    score, repairs = _parsed(name, mended)
    found = score.note_num()
    if not found:
        unended = _unended(mended, 0)
        why = f": none of the {unended:,} that start ever ends" if unended else ""
        raise refusal("no_notes", name, why=why)
    if found > limits.file_notes:
        raise over_limit("too_many_notes", name, limits, "file_notes", found)
    tracks, counted = _tracks(name, score, mended)
    end = counted.end
    tempos, metres, keys, dropped = _signs(name, score, mended, limits, end)
    piece = Piece(
        name=name,
        tracks=tracks,
        tempos=tempos,
        metres=metres,
        keys=keys,
        digest=hashlib.sha256(data).hexdigest(),
        repairs=(*mended.repairs, *repairs, *dropped),
    )
    longest = limits.file_hours * _SECONDS_AN_HOUR
    # The exact time takes a walk through all tempos; at the slowest there is, it would be no less.
    at_most = end / mended.ticks * _LONGEST_QUARTER
    if at_most > longest and piece.seconds > longest:
        hours = piece.seconds / _SECONDS_AN_HOUR
        raise over_limit("too_long", name, limits, "file_hours", hours)
    return piece, mended, counted


def _parsed(name: str, mended: Mended) -> tuple[ScoreTick, tuple[str, ...]]:
    """What symusic makes of the bytes, sanitized where that is needed, and the sentence then."""
    try:
        return ScoreTick.from_midi(mended.data), ()
    except (RuntimeError, ValueError):
        pass
    try:
        score = ScoreTick.from_midi(mended.data, True)
    except (RuntimeError, ValueError) as error:
        raise refusal("damaged", name) from error
    return score, ("Values over 127, which MIDI does not have, were lowered to 127.",)


def _tracks(name: str, score: ScoreTick, mended: Mended) -> tuple[tuple[Track, ...], Counted]:
    """The tracks that have notes, as arrays, and all notes as the file counts them.

    All are computed at once and cut apart at the end: a call of NumPy costs more than a note.
    """
    sources, ends = [], []
    together = NoteTickList()
    for source in _items(score.tracks):
        notes = source.notes
        if notes:
            together.extend(notes)
            sources.append(source)
            ends.append(len(together))
    columns = together.numpy()
    time, duration, pitch = columns["time"], columns["duration"], columns["pitch"]
    if score.start() < 0:
        raise refusal("impossible_times", name)
    counted = Counted(mended.division, ends, time, duration, pitch)
    onset = time / mended.ticks
    duration = duration / mended.ticks
    pitch = pitch.astype(np.int16)
    velocity = columns["velocity"].astype(np.int16)
    if np.count_nonzero(time[1:] == time[:-1]):
        # symusic sorts by time, but leaves the notes of a chord in the order of the file.
        order = np.lexsort((pitch, time, counted.part))
        onset, duration, pitch, velocity = (
            column[order] for column in (onset, duration, pitch, velocity)
        )
    tracks = []
    start = 0
    for source, end, label in zip(sources, ends, _names(sources, mended), strict=True):
        tracks.append(
            Track(
                DRUMS if source.is_drum else source.program,
                onset[start:end],
                duration[start:end],
                pitch[start:end],
                velocity[start:end],
                label,
            )
        )
        start = end
    return tuple(tracks), counted


def _names(sources: list[TrackTick], mended: Mended) -> list[str]:
    names = [source.name for source in sources]
    if REPLACEMENT in "".join(names):
        known = track_names(mended.data)
        names = [known.get(name, name) for name in names]
    return [tidy(name) for name in names]


def _items(vector: _Vector[_T]) -> Iterator[_T]:
    """What a vector of symusic holds; by index, since its own iterators are slow to make."""
    return map(vector.__getitem__, range(len(vector)))


def _signs(
    name: str, score: ScoreTick, mended: Mended, limits: Limits, end: int
) -> tuple[tuple[Tempo, ...], tuple[Metre, ...], tuple[Key, ...], tuple[str, ...]]:
    """Tempos, metres and keys that make sense, and sentences on those that do not.

    Where several stand at one time the last counts; those after `end` (ticks) rule over nothing.
    """
    ticks = mended.ticks
    changes = len(score.tempos) + len(score.time_signatures) + len(score.key_signatures)
    if changes > limits.file_changes:
        raise over_limit("too_many_changes", name, limits, "file_changes", changes)
    tempos = {
        t.time: Tempo(t.time / ticks, _MICROSECONDS_A_MINUTE / t.mspq)
        for t in _items(score.tempos)
        if 0 <= t.time <= end and t.mspq >= _SHORTEST_QUARTER and mended.has_tempo
    }
    metres = {
        m.time: Metre(m.time / ticks, m.numerator, m.denominator)
        for m in _items(score.time_signatures)
        if 0 <= m.time <= end and m.numerator and m.denominator in _BEAT_UNITS
    }
    keys = {
        k.time: Key(k.time / ticks, k.key, k.tonality == 1)
        for k in _items(score.key_signatures)
        if 0 <= k.time <= end and abs(k.key) <= _MOST_SHARPS
    }
    # Fewer than there are: some were left out, or stood at the time of another.
    dropped = _absurd(score) if len(tempos) + len(metres) + len(keys) < changes else ()
    return (
        tuple(tempos.values()) or Piece.tempos,
        tuple(metres.values()) or Piece.metres,
        tuple(keys.values()),
        dropped,
    )


def _absurd(score: ScoreTick) -> tuple[str, ...]:
    """Sentences on the tempos, metres and keys that make no sense."""
    findings = {
        f"Tempos over {FASTEST_BPM:,} quarter notes a minute were left out.": any(
            t.mspq < _SHORTEST_QUARTER for t in _items(score.tempos)
        ),
        "Time signatures that no bar can have were left out.": any(
            not m.numerator or m.denominator not in _BEAT_UNITS
            for m in _items(score.time_signatures)
        ),
        "Key signatures with more than seven accidentals were left out.": any(
            abs(k.key) > _MOST_SHARPS for k in _items(score.key_signatures)
        ),
    }
    return tuple(sentence for sentence, found in findings.items() if found)


def _unended(mended: Mended, found: int) -> int:
    """How many notes start and never end; the parser leaves them out of those it `found`."""
    layout = layout_of(mended.data)
    if layout is None:
        return 0
    unended = 0
    for closed in closings(bodies(mended.data, layout), layout.division):
        try:
            score = ScoreTick.from_midi(closed, True)
        except (RuntimeError, ValueError):
            break
        more = score.note_num() - found
        if more <= unended:
            break
        unended = more
    return unended
