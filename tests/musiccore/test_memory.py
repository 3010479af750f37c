"""How much memory there is, in containers of both kinds, and what is done with less."""

import subprocess
import sys
from pathlib import Path

import pytest

from musiccore import memory, soundfont
from musiccore.memory import (
    ENOUGH,
    LITTLE,
    MIB,
    THRIFTY,
    budget,
    budget_for,
    group_limits,
    memory_limit,
    physical_memory,
)


@pytest.fixture
def groups(tmp_path: Path) -> Path:
    return tmp_path / "cgroup"


def told(groups: Path, name: str, limit: str) -> None:
    file = groups / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{limit}\n")


def limits(groups: Path, membership: str) -> list[int]:
    file = groups.parent / "membership"
    file.write_text(membership)
    return list(group_limits(file, groups))


def test_a_container_of_version_2_says_its_limit(groups: Path) -> None:
    told(groups, "memory.max", "1073741824")
    assert limits(groups, "0::/\n") == [1024 * MIB]


def test_a_group_is_bound_by_those_around_it(groups: Path) -> None:
    told(groups, "gruve.slice/memory.max", "2000000000")
    told(groups, "gruve.slice/app.service/memory.max", "max")
    assert limits(groups, "0::/gruve.slice/app.service\n") == [2_000_000_000]


def test_a_container_of_version_1_says_its_limit_whatever_its_group_is_called_outside(
    groups: Path,
) -> None:
    told(groups, "memory/memory.limit_in_bytes", "700000000")
    membership = "5:cpu:/docker/abc\n4:hugetlb,memory:/docker/abc\n0::/\n"
    assert limits(groups, membership) == [700_000_000]


def test_no_groups_are_no_limits(groups: Path) -> None:
    assert limits(groups, "4:memory:/\n0::/\n") == []
    assert list(group_limits(groups / "absent", groups)) == []


def test_the_least_limit_counts_and_the_machine_is_one(
    groups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRUVE_MEMORY_MB", raising=False)
    membership = groups.parent / "membership"
    membership.write_text("0::/\n")
    monkeypatch.setattr(memory, "_GROUPS", groups)
    monkeypatch.setattr(memory, "_MEMBERSHIP", membership)
    assert memory_limit() == physical_memory()
    told(groups, "memory.max", "9223372036854771712")
    assert memory_limit() == physical_memory()
    told(groups, "memory.max", str(100 * MIB))
    assert memory_limit() == 100 * MIB


def test_the_limit_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUVE_MEMORY_MB", "1024")
    assert memory_limit() == 1024 * MIB
    for wrong in ("much", "0", "-5", "inf"):
        monkeypatch.setenv("GRUVE_MEMORY_MB", wrong)
        with pytest.raises(ValueError, match="GRUVE_MEMORY_MB must be a number above 0"):
            memory_limit()


def test_with_little_memory_nothing_is_done_side_by_side() -> None:
    assert budget_for(LITTLE) is ENOUGH
    assert budget_for(LITTLE - 1) is THRIFTY
    assert (THRIFTY.renderers, THRIFTY.engravers, THRIFTY.readers) == (1, 1, 1)
    assert THRIFTY.corpora < ENOUGH.corpora
    assert THRIFTY.take_notes < ENOUGH.take_notes


def font(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF\0\0\0\0sfbk")
    return path


def test_with_little_memory_the_small_soundfont_plays_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = font(tmp_path / "FluidR3_GM.sf2")
    monkeypatch.delenv("GRUVE_SOUNDFONT", raising=False)
    monkeypatch.setattr(soundfont, "_SOUNDFONTS", ((str(tmp_path), "Fluid*.sf2"),))
    monkeypatch.setattr(soundfont, "_SMALL", (str(tmp_path), "small/*.sf2"))
    monkeypatch.setenv("GRUVE_MEMORY_MB", "1024")
    budget.cache_clear()
    try:
        assert soundfont.soundfont() == large
        small = font(tmp_path / "small/TimGM6mb.sf2")
        assert soundfont.soundfont() == small
        monkeypatch.setenv("GRUVE_MEMORY_MB", "8192")
        budget.cache_clear()
        assert soundfont.soundfont() == large
        monkeypatch.setenv("GRUVE_SOUNDFONT", str(small))
        assert soundfont.soundfont() == small
    finally:
        budget.cache_clear()


RESIDENT = """
import resource
from musiccore.memory import MIB, give_back, spare

def resident():
    with open("/proc/self/statm") as told:
        return int(told.read().split()[1]) * resource.getpagesize() // MIB

"""


def grown(code: str) -> int:
    """MiB by which a process is larger after this than before, of some 60 that it used."""
    script = f"{RESIDENT}{code}"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return int(told.stdout)


@pytest.mark.skipif(memory._glibc() is None, reason="only glibc is told")
def test_what_is_large_goes_back_at_once_where_memory_is_spared() -> None:
    code = """
bytearray(24 * MIB)  # freed: from now on glibc would keep what is smaller
before = resident()
large = [bytearray(b"x" * (2 * MIB)) for _ in range(30)]
del large[:-1]
print(resident() - before)
"""
    assert grown(f"spare(){code}") < 10


@pytest.mark.skipif(memory._glibc() is None, reason="only glibc is told")
def test_holes_and_circles_are_given_back() -> None:
    code = """
class Circle:
    def __init__(self):
        self.itself, self.held = self, [bytes(1000) for _ in range(600)]

before = resident()
circles = [Circle() for _ in range(100)]
kept = [circle.held[-1] for circle in circles]  # lies behind every hole
del circles
give_back()
print(resident() - before)
"""
    assert grown(code) < 10
    assert grown(code.replace("give_back()", "")) > 40
