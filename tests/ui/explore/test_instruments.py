"""Instruments and families are told by their notes and pieces."""

from musiccore.piece import DRUMS
from musiccore.statistics import Count, InstrumentCount
from ui.explore.instruments import families_sentence, figure, rows, sentence

PIANO = InstrumentCount(0, "Acoustic Grand Piano", 2, 3000)
KIT = InstrumentCount(DRUMS, "Drums", 1, 1000)


def test_sentences() -> None:
    assert sentence([PIANO]) == (
        "One instrument plays: Acoustic Grand Piano, 3,000 notes in 2 pieces."
    )
    assert "3,000 of 4,000 (75.0%)" in sentence([PIANO, KIT])
    families = [Count("Piano", 3, 2), Count("Drums", 1, 1)]
    assert families_sentence(families, 2) == (
        "2 families play. Piano has 75.0% of the notes and plays in 2 of 2 pieces."
    )
    assert families_sentence(families[:1], 2) == "All 3 notes are for one family: Piano."


def test_rows() -> None:
    assert rows([PIANO, KIT])[1] == {
        "Instrument": "Drums",
        "Family": "Drums",
        "Pieces": 1,
        "Notes": 1000,
        "Notes (%)": 25.0,
    }


def test_figure() -> None:
    bars = figure([PIANO, KIT]).data[0]
    assert (list(bars.y), list(bars.x)) == (["Acoustic Grand Piano", "Drums"], [3000, 1000])
    assert bars.customdata[0] == "3,000 notes in 2 pieces"
