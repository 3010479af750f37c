"""What the numbers in a row of the encoding `notes` are: its fields and its grid of time."""

import numpy as np

WAIT, INSTRUMENT, PITCH, DURATION, VELOCITY = range(5)

GRID = 12
"""Grid steps in a quarter note: enough for sixteenths and for triplets of eighths."""

STEPS = np.concatenate(
    [np.arange(0, 24), np.arange(24, 48, 3), np.arange(48, 96, 6), np.arange(96, 193, 12)]
)
"""The lengths of time that exist, in grid steps: exact up to a half note, then ever coarser, up to
16 quarter notes."""

END = len(STEPS)
"""The value of `wait` that says: here the piece ends."""

VELOCITY_LEVELS = 8
POSITIONS = 8 * GRID
"""Places in the bar that are told apart; longer bars wrap round."""
