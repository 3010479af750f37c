"""A piece that kills, blocks or bloats its engraver costs itself one sentence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psutil
import pytest

from musiccore.notation.engraving import Paper
from musiccore.notation.score import notate
from musiccore.notation.sheets import Engravers
from musiccore.notation.terms import NotationError
from musiccore.piece import DRUMS, Key, Metre, Piece, Track

PIECE = Piece(
    "tune.mid",
    (
        Track.of([(k, 1.0, 60 + k, 80) for k in range(8)], 40),
        Track.of([(0.0, 1.0, 36, 90)], DRUMS),
        Track.of([]),
    ),
    metres=(Metre(0.0, 3, 4),),
    keys=(Key(0.0, -1, True),),
)

# An engraver on which some names act like music that native code cannot stand.
FRAGILE = """
import os, signal, sys, time
from musiccore.notation.engraver import TASKS, serve

def notated(request, body):
    name = request["report"]["file"]
    if name == "kills":
        os.kill(os.getpid(), signal.SIGSEGV)
    if name == "leaves":
        os._exit(0)
    if name == "breaks":
        raise AssertionError
    if name == "hangs":
        time.sleep(60)
    if name == "bloats":
        bytearray(1 << 36)
    if name == "floods":
        return {"moved": [0] * 5, "first": "<script>"}, bytes(1000)
    if name == "lies":
        return [], b""
    if name == "prints":
        print("to standard output", flush=True)
        print("to standard error", file=sys.stderr, flush=True)
    return TASKS["notate"](request, body)

serve({**TASKS, "notate": notated})
"""


@pytest.fixture
def engravers() -> Iterator[Engravers]:
    made = Engravers()
    yield made
    made.close()


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children()}


def test_engravers_give_what_notation_gives(engravers: Engravers) -> None:
    found = engravers.notate(PIECE)
    assert found == notate(PIECE)
    assert engravers.notate(PIECE, 1, 1) == notate(PIECE, 1, 1)
    engraving = engravers.engrave(PIECE.name, found.musicxml, Paper(400, 300))
    assert engraving.bars[0][0] == 1
    assert sum(page.count('class="notehead"') for page in engraving.pages) == len(PIECE)
    assert engraving.timemap[0][0] == 0


def test_a_crash_costs_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUVE_MAX_SHEET_SECONDS", "3")
    engravers = Engravers((sys.executable, "-c", FRAGILE))
    bad = {
        "kills": "broke down",
        "leaves": "broke down",
        "breaks": "broke down",
        "hangs": "takes more than 3 seconds",
        "bloats": "takes more than 1,500 MB",
        "floods": "broke down",
        "lies": "broke down",
    }
    for name, sentence in bad.items():
        with pytest.raises(NotationError, match=f"{name}.*{sentence}"):
            engravers.notate(replace(PIECE, name=name))
    assert engravers.notate(replace(PIECE, name="prints")).bars == 3
    engravers.close()


def test_a_big_band_with_a_big_kit_is_written(engravers: Engravers) -> None:
    kit = Track.of([(k / 4, 0.2, 30 + k, 90) for k in range(50)], DRUMS)
    band = [Track.of([(0.0, 1.0, 60, 90)], program) for program in range(20)]
    musicxml = engravers.notate(replace(PIECE, tracks=(kit, *band, kit))).musicxml
    assert musicxml.count(b"<midi-channel>10</midi-channel>") == 2 * 50
    assert musicxml.count(b"<midi-program>") == 20


def test_what_cannot_be_written_is_said_in_its_words(engravers: Engravers) -> None:
    with pytest.raises(NotationError, match=r"void\.mid has no notes"):
        engravers.notate(Piece("void.mid", ()))
    with pytest.raises(NotationError, match="cannot be engraved"):
        engravers.engrave("tune", b"<nothing/>", Paper())


def test_one_process_stays_warm_and_goes_when_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUVE_SHEET_IDLE_SECONDS", "1")
    before = children()
    engravers = Engravers()
    assert children() == before
    engravers.notate(PIECE)
    (first,) = children() - before
    engravers.notate(PIECE)
    assert children() - before == {first}
    psutil.Process(first).wait()
    assert engravers.notate(PIECE).bars == 3
    (second,) = children() - before
    assert second != first
    engravers.close()
    assert children() == before


def test_a_warm_one_is_used(engravers: Engravers) -> None:
    before = children()
    engravers.warm()
    engravers.warm()
    (warm,) = children() - before
    engravers.notate(PIECE)
    assert children() - before == {warm}


def test_several_threads_share_two_processes(engravers: Engravers) -> None:
    before = children()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda first: engravers.notate(PIECE, first, 1), [0, 1, 2] * 4))
    assert [notation.first for notation in found] == [1, 2, 3] * 4
    assert 1 <= len(children() - before) <= 2


@pytest.mark.parametrize(
    "command", [("/no/such/command",), (sys.executable, "-c", "raise SystemExit('out of order')")]
)
def test_an_engraver_that_cannot_start_says_so(command: tuple[str, ...]) -> None:
    with pytest.raises(NotationError, match=r"out of order|no/such"):
        Engravers(command).notate(PIECE)


def test_the_app_loads_neither_music21_nor_verovio_for_it() -> None:
    code = """
import sys
import musiccore.notation.sheets
assert not {"music21", "verovio", "tensorflow"} & sys.modules.keys()
"""
    subprocess.run((sys.executable, "-c", code), check=True)
