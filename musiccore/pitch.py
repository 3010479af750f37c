"""Names of pitches, spelled as music21 spells a MIDI number: `C4` is middle C, `E-4` an E flat."""

PITCH_CLASSES = ("C", "C#", "D", "E-", "E", "F", "F#", "G", "G#", "A", "B-", "B")


def pitch_name(pitch: int) -> str:
    """The name of MIDI pitch 0-127 with its octave: 60 -> `C4`, 63 -> `E-4`."""
    return f"{PITCH_CLASSES[pitch % 12]}{pitch // 12 - 1}"
