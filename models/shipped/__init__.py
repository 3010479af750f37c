"""Trained networks that come with Gruve, one for each starter set: a store that nobody writes to.

`scripts/make_shipped.py` trained them and wrote all that stands beside this module. Each is a whole
run (`models.store`): settings, music, what every epoch measured, and the weights of the best one,
kept in half precision. `learned.json` says which run is whose, and what it took.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from models.files import Files, FilesError
from models.store import Store

HERE = Path(__file__).parent
INDEX = HERE / "learned.json"


class Learned(NamedTuple):
    """What a shipped network is and how it became that.

    `run` is its id, `epoch` the one that is shipped, with `nats_per_note` on held-out pieces. It
    has so many trained `numbers`, learned from `pieces` pieces for `seconds` up to that epoch, on a
    machine with `cores`.
    """

    run: str
    epoch: int
    nats_per_note: float
    numbers: int
    pieces: int
    seconds: float
    cores: int


def _learned() -> dict[str, Learned]:
    told: Mapping[str, Any] = json.loads(INDEX.read_bytes()) if INDEX.exists() else {}
    return {name: Learned(**one) for name, one in told.items()}


LEARNED: Mapping[str, Learned] = _learned()
"""Starter set -> what its network is."""

SHIPPED: Mapping[str, str] = {name: learned.run for name, learned in LEARNED.items()}
"""Starter set -> the id of its run in `shipped_store`."""


class _ReadOnly(Files):
    """Files that stay as they are."""

    def write(self, path: str, data: bytes) -> None:
        raise FilesError("The networks that come with Gruve stay as they are.")

    def delete(self, path: str) -> None:
        raise FilesError("The networks that come with Gruve stay as they are.")


class ShippedStore(Store):
    """The runs beside this module. Whatever would change them raises `FilesError`."""

    def __init__(self) -> None:
        super().__init__(str(HERE))
        self._files = _ReadOnly(self.url)


@cache
def shipped_store() -> Store:
    """The store of the networks that come with Gruve; `SHIPPED` says which run is which."""
    return ShippedStore()
