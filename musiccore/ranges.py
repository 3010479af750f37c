"""The pitches that each General MIDI instrument plays, lowest and highest, as MIDI numbers.

Sounding pitch, not written pitch. The programs of acoustic instruments have the ranges that
orchestration books give to professional players (S. Adler, The Study of Orchestration, 4th edition
2016, appendix; W. Piston, Orchestration, 1955), electric and folk instruments those of their usual
tuning with the highest fret, keyboards those of their keys. Ensembles have the range of their whole
section. What is synthesized (leads, pads, effects) has no range of its own: every pitch. The
drum kit has the keys of General MIDI Level 2, 27 to 87.
"""

from __future__ import annotations

from musiccore.piece import DRUMS

ALL = (0, 127)
_PIANO = (21, 108)
_ORGAN = (24, 108)  # a 16-foot stop an octave below the lowest of 61 keys, a 4-foot one above
_GUITAR = (40, 88)  # E2, 24 frets
_BASS = (23, 67)  # five strings, low B; 24 frets
_CHOIR = (36, 84)  # low bass to soprano

_OF_PROGRAMS: tuple[tuple[int, int], ...] = (
    # Piano: the last two are harpsichord and clavinet.
    *(_PIANO,) * 6,
    (29, 89),
    (29, 88),
    # Chromatic percussion: celesta, glockenspiel, music box, vibraphone, marimba, xylophone,
    # tubular bells, dulcimer.
    (60, 108),
    (79, 108),
    (60, 108),
    (53, 89),
    (36, 96),
    (65, 108),
    (60, 79),
    (48, 91),
    # Organ: the last three are accordion, harmonica, bandoneon.
    *(_ORGAN,) * 5,
    (41, 93),
    (48, 96),
    (36, 95),
    # Guitar: the last are harmonics, an octave or two above the strings.
    *(_GUITAR,) * 7,
    (40, 100),
    # Bass: the first is the double bass.
    (23, 67),
    *(_BASS,) * 5,
    *((12, 72),) * 2,
    # Strings: violin, viola, cello, contrabass, tremolo, pizzicato, harp, timpani.
    (55, 103),
    (48, 93),
    (36, 84),
    (23, 67),
    (23, 103),
    (23, 103),
    (23, 104),
    (36, 60),
    # Ensemble: strings, synthesized strings, choir, voice, synthesized voice, orchestra hit.
    *((23, 103),) * 2,
    *((23, 108),) * 2,
    *(_CHOIR,) * 2,
    (36, 96),
    ALL,
    # Brass: trumpet, trombone, tuba, muted trumpet, horn, section, synthesized brass.
    (54, 86),
    (34, 77),
    (26, 65),
    (54, 86),
    (34, 77),
    (26, 86),
    *((24, 96),) * 2,
    # Reed: four saxophones, oboe, English horn, bassoon, clarinet.
    (56, 87),
    (49, 80),
    (44, 75),
    (36, 68),
    (58, 93),
    (52, 81),
    (34, 76),
    (50, 94),
    # Pipe: piccolo, flute, recorder (tenor to soprano), pan flute, bottle, shakuhachi, whistle,
    # ocarina.
    (74, 108),
    (59, 98),
    (60, 98),
    (55, 96),
    (48, 96),
    (55, 91),
    (60, 104),
    (60, 89),
    # Synth lead, pad and effects.
    *(ALL,) * 24,
    # World: sitar, banjo, shamisen, koto, kalimba, bagpipe, fiddle, shanai.
    (48, 84),
    (48, 86),
    (48, 86),
    (43, 91),
    (48, 88),
    (36, 84),
    (55, 103),
    (48, 86),
    # Percussive: tinkle bell, agogo, steel drums, woodblock, taiko, tom, synth drum, cymbal; as
    # unpitched as these are, files play them at any pitch.
    *(ALL,) * 2,
    (40, 89),
    *(ALL,) * 5,
    # Sound effects.
    *(ALL,) * 8,
)

RANGES: tuple[tuple[int, int], ...] = (*_OF_PROGRAMS, (27, 87))
"""Lowest and highest pitch of every program, the last of them `DRUMS`."""

if len(RANGES) != DRUMS + 1:
    raise AssertionError("one range a program")
