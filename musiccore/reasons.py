"""Why a file is refused, or read with a remark: a code for programs, a sentence for people.

Every sentence names the file, says what happened and what to do.
"""

from __future__ import annotations

from musiccore.limits import Limits

REASONS: dict[str, str] = {
    # The bytes are not music.
    "empty": "{name} is empty (0 bytes). Download or export it again.",
    "not_midi": "{name} is {kind}, not a MIDI file. {remedy}",
    "truncated": "{name} breaks off before its music ends (bytes missing: {missing:,}). "
    "Download or export it again.",
    "damaged": "{name} is a MIDI file, but its events make no sense from some point on. "
    "Open it in a music program and export it again.",
    "no_notes": "{name} has no notes{why}. Choose a file that has.",
    "no_time_base": "{name} does not say how long its ticks are (division {division}). "
    "Open it in a music program and export it again.",
    "impossible_times": "{name} has notes before its start or ending before they begin. "
    "Open it in a music program and export it again.",
    # The bytes are music, but too much of it.
    "too_big": "{name} has {found:,} bytes. {limit}",
    "too_many_notes": "{name} has {found:,} notes. {limit}",
    "too_many_tracks": "{name} has {found:,} tracks. {limit}",
    "too_many_changes": "{name} changes tempo, metre and key {found:,} times. {limit}",
    "too_long": "{name} lasts {found:,.0f} hours. {limit}",
    # Where the bytes come from.
    "missing": "{name} does not exist. Check the spelling of the path.",
    "unreadable": "{name} cannot be opened ({why}). Check that it is a file that you may read.",
    "no_midi_inside": "{name} holds no MIDI files (.mid, .midi, .kar, .rmi). Choose another one.",
    "too_many_files": "{name} and what follows it were left out. {limit}",
    "bad_archive": "{name} is a damaged archive. Download it or pack it again.",
    "bad_member": "{name} is damaged inside its archive. Download the archive or pack it again.",
    "encrypted": "{name} is locked with a password. Unpack the archive and bring what is in it.",
    "unknown_packing": "{name} is packed in a way that Gruve does not open. "
    "Pack it as an ordinary ZIP.",
    "archive_too_many": "{name} has {found:,} entries. {limit}",
    "archive_too_big": "{name} and what follows it in its archive were left out. {limit}",
    "archive_ratio": "{name} unpacks to {found:,.0f} times its packed size. {limit}",
    "archive_nesting": "{name} is an archive inside archives. {limit}",
    # What happened to the process that read it.
    "reader_crashed": "{name} made the MIDI reader crash. "
    "Open it in a music program and export it again.",
    "reader_timeout": "{name} takes too long to read. {limit}",
    "reader_memory": "{name} takes too much memory to read. {limit}",
    # Remarks about files that were read.
    "drums_only": "{name} has drums only. Add music with pitched instruments to learn melodies.",
    "one_note": "{name} has one note only. Add longer music to learn from.",
    "odd_ticks": "{name} divides a quarter note by {found:,}, where most files do by 96 to 960. "
    "Listen whether its rhythm is right.",
    "no_length": "{name} has notes of no length ({found:,}). They were kept as grace notes.",
    "overlapping": "{name} has notes that start before the same key is let go ({found:,}). "
    "They were kept; each ends with the next release of its key.",
    "duplicate": "{name} is the same music as {other}. It was left out.",
}
"""Code -> sentence, with the file's {name} and what else the case has to say."""


class ReadingError(ValueError):
    """Bytes that are not music Gruve can use. `reason` is a short code, the message a sentence."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason

    def __reduce__(self) -> tuple[type[ReadingError], tuple[str, str]]:
        return type(self), (self.reason, str(self))


def refusal(reason: str, name: str, **values: object) -> ReadingError:
    """The error for a code of `REASONS`; `values` fill in the rest of its sentence."""
    return ReadingError(reason, REASONS[reason].format(name=name, **values))


def over_limit(reason: str, name: str, limits: Limits, bound: str, found: float) -> ReadingError:
    """The error where a file has `found` of something and the bound allows less."""
    return refusal(reason, name, found=found, limit=limits.sentence(bound))
