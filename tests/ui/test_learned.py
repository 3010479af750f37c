"""What is left to learn from, and what one should know about it."""

from musiccore.piece import Piece, Track
from ui.learned import LITTLE, remainder, remainder_words, warnings


def piece(name: str, notes: int) -> Piece:
    return Piece(name, (Track.of([(i, 1, 60, 90) for i in range(notes)]),))


def test_it_counts_pieces_notes_and_sequences() -> None:
    rest = remainder([piece("a", 33), piece("b", 10)])
    assert (rest.pieces, rest.notes, rest.sequences) == (2, 43, 3)
    assert remainder_words(rest, 5) == (
        "The network learns from 2 of 5 pieces: 43 notes, "
        "3 training sequences of 16 notes an epoch."
    )


def test_much_and_varied_music_needs_no_warning() -> None:
    assert warnings(remainder([piece("a", LITTLE), piece("b", LITTLE)])) == []


def test_warnings() -> None:
    assert "Nothing is left" in warnings(remainder([]))[0]
    few, one = warnings(remainder([piece("a", 10)]))
    assert "10 notes are little" in few
    assert "one piece only" in one
    (most,) = warnings(remainder([piece("a", LITTLE), piece("<b>", 2 * LITTLE)]))
    assert "67% of the notes are from <b>" in most
