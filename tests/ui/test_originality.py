"""How original a take is, in words."""

import pytest

from models.originality import NGRAMS, Original, Originality, Usual
from musiccore.copies import NO_COPY, Copy
from musiccore.piece import Piece
from ui.originality import copies_figure, copy_rows, copy_sentence, usual_sentence

WHERE = Original(3, Piece("", ()), 0.0, 4.0, 9)
FOUND = Originality(Copy(14, 2, 0, 8, 2), WHERE, 0.123)
USUAL = Usual((9, 12, 18, 20, 31), 0.4)


def test_where_a_copy_stands() -> None:
    assert copy_sentence(FOUND, "BWV 10") == (
        "The longest passage that also stands in the music it learned from has **14 notes**: "
        "from bar 9 of BWV 10, 2 semitones lower. "
        "12.3% of its passages of 8 notes stand there."
    )
    here = FOUND._replace(
        copy=FOUND.copy._replace(semitones=0), original=WHERE._replace(bar=None), share=0.0
    )
    assert "**14 notes**: of BWV 10. 0.0%" in copy_sentence(here, "BWV 10")
    assert copy_sentence(Originality(NO_COPY, None, 0.0), "").startswith("No two notes")


def test_what_that_means_beside_real_music() -> None:
    assert usual_sentence(FOUND, USUAL) == (
        "Of 5 real pieces that it never saw, half share passages of 18 notes or more with that "
        "music, at most 31; and 40.0% of their passages of 8 notes. "
        "It copies no more than real pieces do."
    )
    longer = FOUND._replace(copy=FOUND.copy._replace(notes=32))
    assert "more than any of them" in usual_sentence(longer, USUAL)
    many = Usual(tuple(range(10, 30)), 0.1)
    much = FOUND._replace(copy=FOUND.copy._replace(notes=29))
    assert "more than most real pieces" in usual_sentence(much, many)


def test_the_figure_has_the_take_beside_the_spread_of_real_pieces() -> None:
    found = FOUND._replace(shares=(0.9, 0.4, 0.1, 0.02, 0.0))
    usual = USUAL._replace(shares=tuple(tuple(i / 100 for i in range(101)) for _ in NGRAMS))
    bars, middle, take = copies_figure(found, usual).data
    assert list(bars.x) == ["4", "8", "12", "16", "24"]
    assert list(take.y) == [90, 40, 10, 2, 0]
    assert list(middle.y) == pytest.approx([50] * 5)
    assert list(bars.base) == pytest.approx([5] * 5)
    assert list(bars.y) == pytest.approx([90] * 5)
    assert copy_rows(found, usual)[1] == {
        "Notes of a passage": 8,
        "Known already, this take (%)": 40.0,
        "Real pieces, 5th percentile (%)": 5.0,
        "Real pieces, middle (%)": 50.0,
        "Real pieces, 95th percentile (%)": 95.0,
    }
    assert len(copies_figure(found, None).data) == 1
    assert list(copy_rows(found, None)[0]) == ["Notes of a passage", "Known already, this take (%)"]
