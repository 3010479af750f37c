"""`python -m musiccore`: what was read of a file, and how it is encoded."""

import sys

from musiccore.cli import main

if __name__ == "__main__":
    sys.exit(main())
