"""Tiny music for tests: scales with a rhythm, enough to learn from and quick to read."""

from musiccore.piece import DRUMS, Piece, Track


def tune(start: int = 60, notes: int = 40, name: str = "tune", program: int = 0) -> Piece:
    """A scale up and down in eighths and quarters."""
    steps = [0, 2, 4, 5, 7, 9, 11, 12, 11, 9, 7, 5, 4, 2]
    onset, played = 0.0, []
    for i in range(notes):
        length = 0.5 if i % 3 else 1.0
        played.append((onset, length, start + steps[i % len(steps)], 80))
        onset += length
    return Piece(name, (Track.of(played, program),))


def band(name: str = "band", bars: int = 8) -> Piece:
    """Piano chords, a bass and drums."""
    chords = [(b * 4.0, 4.0, p, 70) for b in range(bars) for p in (60, 64, 67)]
    bass = [(b * 4.0 + q, 1.0, 36 + 2 * (b % 3), 90) for b in range(bars) for q in range(4)]
    beat = [
        (b * 4.0 + q, 0.25, 36 if q % 2 == 0 else 38, 100) for b in range(bars) for q in range(4)
    ]
    return Piece(name, (Track.of(chords, 0), Track.of(bass, 33), Track.of(beat, DRUMS)))


def tunes(count: int = 8) -> list[Piece]:
    """Pieces that differ in more than transposition."""
    return [tune(55 + i, 40 + 3 * i, f"tune {i}") for i in range(count)]
