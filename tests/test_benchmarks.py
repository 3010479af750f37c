"""What the benchmarks make of what they saw; the measuring itself is theirs."""

import subprocess
import sys

import psutil
import pytest

from benchmarks.load import GREEDY, TRAINERS, fair
from benchmarks.pages import cumulative
from benchmarks.soak import Soaked
from benchmarks.tree import MIB, Sample, Watch, is_twin, purpose_of, size_of, slope


def samples(sizes: list[int]) -> list[tuple[float, int]]:
    """One a second."""
    return [(float(at), size) for at, size in enumerate(sizes)]


def test_growth_is_told_by_the_hour() -> None:
    growing = samples([100 * MIB + at * MIB // 36 for at in range(160)])
    assert slope(growing) / MIB == pytest.approx(100, rel=0.01)
    assert slope(samples([100 * MIB] * 160)) == 0.0


def test_what_is_there_for_a_moment_is_no_growth() -> None:
    busy = [(100 + 50 * (at % 10 > 2) + at // 4) * MIB for at in range(160)]
    still = [(100 + 50 * (at % 10 > 2)) * MIB for at in range(160)]
    assert slope(samples(still)) == pytest.approx(0.0, abs=MIB)
    assert slope(samples(busy)) / MIB == pytest.approx(3600 / 4, rel=0.1)


def test_growth_is_that_of_what_stays_once_caches_are_full() -> None:
    filling = [Sample(float(at), at * MIB, at * MIB, {}) for at in range(100)]
    sound = {"sound": 40 * MIB, "sheet music": 9 * MIB}
    full = [Sample(float(at), 100 * MIB, (149 + at) * MIB, sound) for at in range(100, 260)]
    found = Soaked(filling + full, filled=100.0, trained=260.0)
    assert full[0].lasting == 209 * MIB
    assert found.growth(lambda s: s.web, found.samples) == "+0 MiB an hour, over 3 min"
    assert found.growth(lambda s: s.lasting, found.samples).startswith("+3,600 MiB an hour")
    assert found.growth(lambda s: s.web, []) == "+0 MiB an hour, over 0 min"


def test_memory_of_a_whole_tree_is_counted_by_what_it_is_for() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()', 'fluidsynth'])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as child:
        process = psutil.Process(child.pid)
        with Watch(process, every=0.05) as watch:
            while not any("sound" in sample.parts for sample in watch.samples):
                assert child.poll() is None
        assert child.stdin is not None
        child.stdin.close()
    sample = watch.samples[-1]
    assert sample.web > 0
    assert sample.tree == sample.web + sum(sample.parts.values())
    assert "sound" in sample.words()
    assert size_of(process) == 0  # it is gone
    assert purpose_of(process) == "other"


def test_layout_shifts_add_up_while_they_follow_each_other() -> None:
    assert cumulative([]) == 0.0
    assert cumulative([(0, 0.1), (900, 0.1), (2500, 0.15)]) == pytest.approx(0.2)
    assert cumulative([(900 * k, 0.1) for k in range(8)]) == pytest.approx(0.6)  # 5 s at most


def test_fair_is_whoever_has_none_before_whoever_has_one() -> None:
    firsts = [(number, 0) for number in range(TRAINERS)]
    more = [(0, k) for k in range(1, GREEDY)]
    assert fair([*firsts, *more])
    assert not fair([(0, 0), (0, 1), *firsts[1:], *more[1:]])
    assert not fair(firsts)


AGAIN = """
import subprocess, sys
print("here", flush=True)
if sys.stdin.readline():
    subprocess.run(sys.orig_argv)
"""


def test_a_process_about_to_become_another_is_not_counted_twice() -> None:
    """One that runs what its parent runs stands for one that is not yet another."""
    command = [sys.executable, "-c", AGAIN]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, bufsize=1, stdin=pipe, stdout=pipe) as first:
        assert first.stdin
        assert first.stdout
        first.stdout.readline()
        parent = psutil.Process(first.pid)
        assert not is_twin(parent)
        first.stdin.write("go on\n")
        first.stdout.readline()
        (child,) = parent.children()
        assert is_twin(child)
