"""`python -m models`: train, generate, evaluate and list runs."""

import sys

from models.cli import main

if __name__ == "__main__":
    sys.exit(main())
