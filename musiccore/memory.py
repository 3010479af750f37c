"""How much memory there is for Gruve, and what it makes do with where that is little.

A container may have less than its machine: Linux tells it by control groups, of which there are two
versions (https://docs.kernel.org/admin-guide/cgroup-v2.html, `memory.max`; cgroup-v1/memory.html,
`memory.limit_in_bytes`). A group is bound by those it stands in, too.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

MIB = 2**20

LITTLE = 2_000 * MIB
"""Below this Gruve is thrifty: the app and one training, which takes 1.3 GiB, still have room."""

APP = 500 * MIB
"""What is kept free of the training process where there is little: the web process, the supervisor
of the training and one piece being rendered. Whoever trains too large a network loses the training,
and nobody the app."""

LARGE = 1 * MIB
"""What takes as much at a time goes back to the system as soon as nobody needs it."""

_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # of `mallopt` (malloc.h)

_GROUPS = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")


@dataclass(frozen=True)
class Budget:
    """What may be done at the same time, and how much is remembered.

    `renderers` are pieces turned into sound, `engravers` processes that write sheet music,
    `readers` processes that read one visitor's files, all side by side. The cache of pieces holds
    `corpora` times the notes of the largest corpus there may be, that of takes `take_notes` notes.
    `small_soundfont`: a small SoundFont is preferred.
    """

    renderers: int = 2
    engravers: int = 2
    readers: int = 2
    corpora: float = 1.5
    take_notes: int = 200_000
    small_soundfont: bool = False


ENOUGH = Budget()
THRIFTY = Budget(
    renderers=1,
    engravers=1,
    readers=1,
    corpora=0.25,
    take_notes=50_000,
    small_soundfont=True,
)


def budget_for(limit: int) -> Budget:
    """What is done with `limit` bytes of memory."""
    return ENOUGH if limit >= LITTLE else THRIFTY


@cache
def budget() -> Budget:
    """What this process does, with the memory that was there when it first asked."""
    return budget_for(memory_limit())


def memory_limit() -> int:
    """Bytes that Gruve may take with all its processes: `GRUVE_MEMORY_MB`, else the least of what
    the machine has and what its control groups allow.

    Raises `ValueError` where the variable is not a number above 0.
    """
    if given := os.environ.get("GRUVE_MEMORY_MB", "").strip():
        try:
            megabytes = float(given)
        except ValueError:
            megabytes = 0.0
        if not 0 < megabytes < float("inf"):
            raise ValueError(f"GRUVE_MEMORY_MB must be a number above 0, not {given!r}.")
        return int(megabytes * MIB)
    return min([physical_memory(), *group_limits(_MEMBERSHIP, _GROUPS)])


def physical_memory() -> int:
    """Bytes that the machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def group_limits(membership: Path, groups: Path) -> Iterator[int]:
    """The limits, in bytes, of all control groups that this process is in; none where there are
    none, as on macOS. `membership` says in which, `groups` is where they are mounted."""
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            yield from _limits_above(groups, path, "memory.max")
        elif "memory" in controllers.split(","):
            yield from _limits_above(groups / "memory", path, "memory.limit_in_bytes")


def _limits_above(mount: Path, path: str, name: str) -> Iterator[int]:
    """The limits of a group and of those it stands in. Seen from a container its own group is the
    outermost, whatever it is called outside."""
    group = PurePosixPath(path.lstrip("/"))
    for above in (group, *group.parents):
        try:
            text = (mount / above / name).read_text().strip()
        except OSError:
            continue
        if text.isdigit():  # else `max`
            yield int(text)


def spare() -> None:
    """Have this process keep little memory that it does not use. To be called before its threads
    come; where the C library is not glibc, nothing is done.

    By itself glibc gives every thread a heap of its own, up to eight a processor, and once a sound
    of 20 MiB was freed it puts all that is smaller into heaps, whose holes stay
    (https://sourceware.org/glibc/manual/latest/html_node/Malloc-Tunable-Parameters.html).
    """
    library = _glibc()
    if library is not None:
        library.mallopt(_M_ARENA_MAX, 2)
        library.mallopt(_M_MMAP_THRESHOLD, LARGE)


def give_back() -> None:
    """Find what nobody needs any more and give it back to the system, as far as that is possible.
    Takes about half a second where TensorFlow is loaded: for moments at which something large is
    over."""
    gc.collect()
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


@cache
def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)  # what this process runs with
    return library if hasattr(library, "gnu_get_libc_version") else None
