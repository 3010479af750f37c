"""What the sections look at: the corpus, or one instrument of it, known by its content."""

from dataclasses import replace

from musiccore.piece import DRUMS, Piece, Track
from ui.explore.music import Music

MELODY = Track.of([(0, 1, 60, 90)], 40)
KIT = Track.of([(0, 1, 36, 90)], DRUMS)
DUO = Piece("duo", (MELODY, KIT), digest="1")
SOLO = Piece("solo", (MELODY,), digest="2")
SILENT = Piece("silent", (), digest="3")


def test_pieces_without_notes_are_left_out() -> None:
    assert Music.of([DUO, SILENT, SOLO]).whole == (DUO, SOLO)


def test_one_instrument_leaves_out_others_but_remembers_them() -> None:
    drums = Music.of([SOLO, DUO], DRUMS)
    assert drums.whole == (DUO,)
    assert [piece.programs for piece in drums.pieces] == [(DRUMS,)]


def test_the_id_stands_for_the_content_and_not_for_the_name() -> None:
    music = Music.of([DUO, SOLO])
    assert music.id == Music.of([replace(DUO, name="other"), SOLO]).id
    assert len({music.id, Music.of([SOLO, DUO]).id, Music.of([DUO, SOLO], 40).id}) == 3
