"""What went wrong with a take, found by measuring it, and the setting that usually mends it.

The thresholds are set so that real music hardly ever reaches them; `tests/models/test_faults.py`
holds them to the starter sets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.sampling import PRESETS
from models.take_settings import TakeSettings
from musiccore.encoding import Encoding, Rows
from musiccore.instruments import name_of
from musiccore.piece import Piece
from musiccore.ranges import RANGES

FEWEST_NOTES = 16
"""Of less music than this nothing is said: four beats may repeat or rest."""

LOOP_TIMES = 4
"""A passage is a loop when it comes this often in a row without any change: composers repeat
things once, in songs twice; a fourth time nothing new is expected."""

LOOP_SHARE = 0.4
"""…and when that fills this much of the take."""

LONGEST_LOOP = 128
"""Notes of the longest passage that is looked for."""

SILENT_SHARE = 0.5
"""Of the time from the first note to the end; real pieces rest, but not half of the time."""

SAME_SHARE = 0.6
"""Of the notes that are one and the same pitch."""

OUTSIDE_SHARE = 0.1
"""Of a part's notes beyond what its instrument can play: a few are a stretch, more a mistake."""

NOTES_A_PIECE = 8
"""Fewer notes than these from one end of a piece to the next are no pieces."""


@dataclass(frozen=True)
class Fault:
    """`kind` of what went wrong, in `words` for the screen; `remedy` says what to change, and
    `settings` are the take's with that change. None where no setting of the take would help."""

    kind: str
    words: str
    remedy: str
    settings: TakeSettings | None


def faults(
    encoding: Encoding, rows: Rows, piece: Piece, settings: TakeSettings
) -> tuple[Fault, ...]:
    """The faults of what was made: `rows` (T, fields) without the prompt, and `piece`, their
    music."""
    if not len(piece):
        return (_empty(settings),)
    found = (look(encoding, rows, piece, settings) for look in _LOOKS)
    return tuple(fault for fault in found if fault is not None)


def _empty(settings: TakeSettings) -> Fault:
    return Fault(
        "empty",
        "Not one note begins in so short a time.",
        f"With a length of {FEWEST_NOTES} notes there is music, however long the network waits.",
        replace(settings, notes=FEWEST_NOTES, length=None),
    )


def insisted_copy(longest: int) -> Fault:
    """What was insisted on completes a copy of more notes than the `longest` that is allowed."""
    return Fault(
        "copy",
        f"With the value that you chose, more than {longest} notes in a row are as in the music "
        "that it learned from.",
        "Your choice comes before the limit; what follows keeps to it.",
        None,
    )


def looping(encoding: Encoding, rows: Rows) -> tuple[int, int]:
    """(notes of a passage, notes that its immediate repetitions fill), of the passage that fills
    most; (0, 0) where nothing comes `LOOP_TIMES` times in a row.

    Two notes are the same when all but their loudness is: a loop may fade.
    """
    keys = rows[:, : max(1, len(encoding.fields) - 1)]
    best = (0, 0)
    for period in range(1, min(LONGEST_LOOP, len(rows) // LOOP_TIMES) + 1):
        same = (keys[period:] == keys[:-period]).all(axis=1)
        changes = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
        runs = changes[1::2] - changes[::2]
        filled = int(runs.max(initial=0)) + period
        if filled >= LOOP_TIMES * period and filled > best[1]:
            best = (period, filled)
    return best


def silence(piece: Piece) -> float:
    """The share of the time from the first note to the end in which nothing sounds."""
    notes = piece.notes()
    if not len(notes.onset):
        return 1.0
    ends = np.maximum.accumulate(notes.onset + notes.duration)
    gaps = np.maximum(notes.onset[1:] - ends[:-1], 0)
    return float(gaps.sum() / max(ends[-1] - notes.onset[0], 1e-9))


def _loop(encoding: Encoding, rows: Rows, piece: Piece, settings: TakeSettings) -> Fault | None:
    period, filled = looping(encoding, rows)
    if (
        len(rows) < FEWEST_NOTES
        or filled < LOOP_SHARE * len(rows)
        or _same_share(piece) > SAME_SHARE
    ):
        return None
    notes = "one note" if period == 1 else f"the same {period} notes"
    return _bolder(
        "loop", f"It goes round in circles: {notes}, {filled // period} times in a row.", settings
    )


def _same_note(
    encoding: Encoding, rows: Rows, piece: Piece, settings: TakeSettings
) -> Fault | None:
    share = _same_share(piece)
    if len(piece) < FEWEST_NOTES or share <= SAME_SHARE:
        return None
    return _bolder("one note", f"{share:.0%} of the notes are one and the same.", settings)


def _same_share(piece: Piece) -> float:
    """Drums aside: their pitch is no pitch."""
    notes = piece.notes()
    pitches = [t.pitch for t in piece.tracks if not t.is_drums and len(t)]
    if not pitches:
        return 0.0
    return float(np.bincount(np.concatenate(pitches)).max() / len(notes.onset))


def _silent(encoding: Encoding, rows: Rows, piece: Piece, settings: TakeSettings) -> Fault | None:
    share = silence(piece)
    if share <= SILENT_SHARE:
        return None
    return _safer("silence", f"Nothing sounds in {share:.0%} of the time.", settings)


def _ended(encoding: Encoding, rows: Rows, piece: Piece, settings: TakeSettings) -> Fault | None:
    ends = sum(encoding.is_end(row) for row in rows.tolist())
    notes = len(rows) - ends
    if ends and len(rows) and encoding.is_end(rows[0].tolist()):
        ends += NOTES_A_PIECE * (ends == 1 and notes < NOTES_A_PIECE)
    if not ends or notes >= NOTES_A_PIECE * ends:
        return None
    return _safer("ended", "It ends almost as soon as it begins.", settings)


def _outside(encoding: Encoding, rows: Rows, piece: Piece, settings: TakeSettings) -> Fault | None:
    if encoding.pitches(()) is not None:
        return None  # then its parts play what the corpus or their instrument has
    for track in piece.tracks:
        low, high = RANGES[track.program]
        outside = (track.pitch < low) | (track.pitch > high)
        if len(track) >= FEWEST_NOTES and outside.mean() > OUTSIDE_SHARE:
            far = "low" if (track.pitch < low).sum() * 2 > outside.sum() else "high"
            return Fault(
                "range",
                f"{outside.mean():.0%} of the notes of one part are too {far} for its "
                f"instrument, {name_of(track.program)}.",
                "Give the part another instrument, or transpose the music.",
                None,
            )
    return None


def _bolder(kind: str, words: str, settings: TakeSettings) -> Fault:
    """More chance, one step at a time: from the likeliest note to the network's own odds, then to
    all values, then beyond."""
    old = settings.sampling
    if old.temperature < 1:
        new, remedy = replace(old, temperature=1.0), "A temperature of 1 usually gets it moving."
    elif old.top_k or old.top_p < 1:
        new = replace(old, top_k=0, top_p=1.0)
        remedy = "Letting every value come (top-k 0, top-p 1) usually gets it moving."
    else:
        warmer = round(min(old.temperature + 0.2, 2.0), 2)
        new = replace(old, temperature=warmer)
        remedy = f"A temperature of {warmer:g} usually gets it moving."
    return Fault(kind, words, remedy, replace(settings, sampling=new))


def _safer(kind: str, words: str, settings: TakeSettings) -> Fault:
    """Less chance, where there was much; some, where there was none and so no other outcome; else
    another seed."""
    old = settings.sampling
    if old.is_greedy:
        remedy = "The likeliest note is always the same one. A temperature of 1 makes other music."
        chance = replace(settings, sampling=PRESETS["balanced"].sampling)
        return Fault(kind, words, remedy, chance)
    if old.temperature > 0.9:
        new = replace(old, temperature=0.9, top_p=min(old.top_p, 0.9))
        remedy = "A temperature of 0.9 and a top-p of 0.9 usually keep it playing."
        return Fault(kind, words, remedy, replace(settings, sampling=new))
    other = replace(settings, seed=(settings.seed + 1) % 2**32)
    return Fault(kind, words, "Another seed usually goes on; so does another prompt.", other)


_LOOKS: Sequence[Callable[[Encoding, Rows, Piece, TakeSettings], Fault | None]] = (
    _ended,
    _silent,
    _same_note,
    _loop,
    _outside,
)
