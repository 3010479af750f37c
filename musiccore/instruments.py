"""The names of the General MIDI instruments and of the families they come in.

A program is a number 0-127, or `DRUMS` (128) for the drum kit.
"""

from __future__ import annotations

from collections.abc import Iterable

from musiccore.piece import DRUMS

_PROGRAMS_A_FAMILY = 8

# General MIDI level 1: sixteen families of eight programs each, in order of program number.
_INSTRUMENTS: dict[str, tuple[str, ...]] = {
    "Piano": (
        "Acoustic Grand Piano",
        "Bright Acoustic Piano",
        "Electric Grand Piano",
        "Honky-tonk Piano",
        "Electric Piano 1",
        "Electric Piano 2",
        "Harpsichord",
        "Clavinet",
    ),
    "Chromatic Percussion": (
        "Celesta",
        "Glockenspiel",
        "Music Box",
        "Vibraphone",
        "Marimba",
        "Xylophone",
        "Tubular Bells",
        "Dulcimer",
    ),
    "Organ": (
        "Drawbar Organ",
        "Percussive Organ",
        "Rock Organ",
        "Church Organ",
        "Reed Organ",
        "Accordion",
        "Harmonica",
        "Bandoneon",
    ),
    "Guitar": (
        "Nylon Guitar",
        "Steel Guitar",
        "Jazz Guitar",
        "Clean Guitar",
        "Muted Guitar",
        "Overdriven Guitar",
        "Distortion Guitar",
        "Guitar Harmonics",
    ),
    "Bass": (
        "Acoustic Bass",
        "Fingered Bass",
        "Picked Bass",
        "Fretless Bass",
        "Slap Bass 1",
        "Slap Bass 2",
        "Synth Bass 1",
        "Synth Bass 2",
    ),
    "Strings": (
        "Violin",
        "Viola",
        "Cello",
        "Contrabass",
        "Tremolo Strings",
        "Pizzicato Strings",
        "Orchestral Harp",
        "Timpani",
    ),
    "Ensemble": (
        "String Ensemble 1",
        "String Ensemble 2",
        "Synth Strings 1",
        "Synth Strings 2",
        "Choir Aahs",
        "Voice Oohs",
        "Synth Voice",
        "Orchestra Hit",
    ),
    "Brass": (
        "Trumpet",
        "Trombone",
        "Tuba",
        "Muted Trumpet",
        "French Horn",
        "Brass Section",
        "Synth Brass 1",
        "Synth Brass 2",
    ),
    "Reed": (
        "Soprano Sax",
        "Alto Sax",
        "Tenor Sax",
        "Baritone Sax",
        "Oboe",
        "English Horn",
        "Bassoon",
        "Clarinet",
    ),
    "Pipe": (
        "Piccolo",
        "Flute",
        "Recorder",
        "Pan Flute",
        "Blown Bottle",
        "Shakuhachi",
        "Whistle",
        "Ocarina",
    ),
    "Synth Lead": (
        "Square Lead",
        "Sawtooth Lead",
        "Calliope Lead",
        "Chiff Lead",
        "Charang Lead",
        "Voice Lead",
        "Fifths Lead",
        "Bass and Lead",
    ),
    "Synth Pad": (
        "New Age Pad",
        "Warm Pad",
        "Polysynth Pad",
        "Choir Pad",
        "Bowed Pad",
        "Metallic Pad",
        "Halo Pad",
        "Sweep Pad",
    ),
    "Synth Effects": (
        "Rain Effect",
        "Soundtrack Effect",
        "Crystal Effect",
        "Atmosphere Effect",
        "Brightness Effect",
        "Goblins Effect",
        "Echoes Effect",
        "Sci-fi Effect",
    ),
    "World": (
        "Sitar",
        "Banjo",
        "Shamisen",
        "Koto",
        "Kalimba",
        "Bagpipe",
        "Fiddle",
        "Shanai",
    ),
    "Percussive": (
        "Tinkle Bell",
        "Agogo",
        "Steel Drums",
        "Woodblock",
        "Taiko Drum",
        "Melodic Tom",
        "Synth Drum",
        "Reverse Cymbal",
    ),
    "Sound Effects": (
        "Guitar Fret Noise",
        "Breath Noise",
        "Seashore",
        "Bird Tweet",
        "Telephone Ring",
        "Helicopter",
        "Applause",
        "Gunshot",
    ),
}

FAMILIES: tuple[str, ...] = (*_INSTRUMENTS, "Drums")
"""The sixteen families in order of program number, then the drum kit."""

NAMES: tuple[str, ...] = (*(name for names in _INSTRUMENTS.values() for name in names), "Drums")
"""The name of every program: `NAMES[program]`, `NAMES[DRUMS]` the drum kit."""


def name_of(program: int) -> str:
    """The name of a program 0-127 or `DRUMS`. Raises `ValueError` for any other number."""
    return NAMES[_checked(program)]


def family_of(program: int) -> str:
    """The family of a program 0-127 or `DRUMS`. Raises `ValueError` for any other number."""
    return FAMILIES[_checked(program) // _PROGRAMS_A_FAMILY]


def names_of(programs: Iterable[int]) -> tuple[str, ...]:
    """The names of several programs, in the order given."""
    return tuple(name_of(program) for program in programs)


def _checked(program: int) -> int:
    if not 0 <= program <= DRUMS:
        raise ValueError(f"A program is 0 to {DRUMS}, not {program}.")
    return program
