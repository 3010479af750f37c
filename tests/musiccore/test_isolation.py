"""A file that kills, blocks or bloats its reader costs itself and nothing else."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import psutil
import pytest

from musiccore.frames import FrameError, packed, unpacked
from musiccore.isolation import Reader, read_isolated
from musiccore.limits import Limits
from musiccore.piece import DRUMS
from musiccore.reading import read_file
from musiccore.reasons import refusal
from musiccore.sources import unpack
from tests.musiccore.midi import SCALE, header, key, metre, note, program, song, tempo, title, track

QUARTET = (
    header(tracks=3)
    + track(metre(3, 2), key(-2, 1), tempo(400_000), tempo(300_000, wait=960))
    + track(title(b"Viola"), program(41), *(note(60 + i) for i in range(9)))
    + track(note(36, 7, channel=9) * 5)
)

# A reader on which some file names act like bytes that native code cannot stand.
FRAGILE = """
import os, signal, tempfile, time
from musiccore.reader import serve
from musiccore.reading import read_file

def read(name, data, limits):
    if name == "kills.mid":
        os.kill(os.getpid(), signal.SIGSEGV)
    if name == "aborts.mid":
        os.abort()
    if name == "leaves.mid":
        os._exit(0)
    if name == "breaks.mid":
        raise AssertionError
    if name == "hangs.mid":
        time.sleep(60)
    if name == "bloats.mid":
        bytearray(1 << 32)
    if name == "prints.mid":
        print("to standard output")
    if name == "writes.mid":
        tempfile.TemporaryFile(buffering=0).write(b"something")
    return read_file(name, data, limits)

serve(read)
"""
COMMAND = (sys.executable, "-c", FRAGILE)
LIMITS = Limits(reader_seconds=3)


def readers() -> set[int]:
    """The processes that this one has."""
    return {child.pid for child in psutil.Process().children()}


@pytest.mark.parametrize("at_once", [1, 2])
def test_a_reader_gives_what_reading_gives(at_once: int) -> None:
    files = [("a.mid", SCALE), ("b.mid", QUARTET), ("c.mid", b""), ("d.mid", b"\xff" + SCALE)] * 30
    read = read_isolated(files, readers=at_once)
    for (name, data), (piece, report) in zip(files, read, strict=True):
        expected, expected_report = read_file(name, data)
        assert report == expected_report
        assert (piece is None) == (expected is None)
        if piece is None or expected is None:
            continue
        assert (piece.name, piece.digest, piece.repairs) == (
            expected.name,
            expected.digest,
            expected.repairs,
        )
        assert (piece.tempos, piece.metres, piece.keys) == (
            expected.tempos,
            expected.metres,
            expected.keys,
        )
        for got, wanted in zip(piece.tracks, expected.tracks, strict=True):
            assert (got.program, got.name) == (wanted.program, wanted.name)
            for column in ("onset", "duration", "pitch", "velocity"):
                assert np.array_equal(getattr(got, column), getattr(wanted, column))
                assert getattr(got, column).dtype == getattr(wanted, column).dtype
                assert getattr(got, column).flags.writeable


BAD = {
    "kills.mid": "reader_crashed",
    "aborts.mid": "reader_crashed",
    "leaves.mid": "reader_crashed",
    "breaks.mid": "reader_crashed",
    "writes.mid": "reader_crashed",
    "hangs.mid": "reader_timeout",
    "bloats.mid": "reader_memory",
    "prints.mid": None,
}


@pytest.mark.parametrize("at_once", [1, 2])
def test_a_crash_costs_one_file(at_once: int) -> None:
    # Some right behind each other, some in the same batch, some in the other reader's.
    names = [f"{i}.mid" for i in range(90)] + [
        name for culprit in BAD for name in (culprit, f"after {culprit}")
    ]
    names[5], names[6], names[40] = "kills.mid", "aborts.mid", "leaves.mid"
    found = list(read_isolated([(name, SCALE) for name in names], LIMITS, COMMAND, at_once))
    for name, (piece, report) in zip(names, found, strict=True):
        reason = BAD.get(name)
        assert report.file == name
        assert report.reason == reason
        assert (piece is None) == (reason is not None)
        if reason:
            assert report.status == "refused"
            assert name in report.message
            assert report.digest
        else:
            assert report.notes == 8


def test_too_much_memory_for_the_parser_itself() -> None:
    wait_and_note = b"\x01\x3c\x40\x01\x3c\x00"
    data = song(b"\x00\x90\x3c\x40" + b"\x01\x3c\x00" + wait_and_note * 1_500_000)
    limits = Limits(file_notes=10_000_000, reader_bytes=200 << 20)
    (found, after) = read_isolated([("huge.mid", data), ("a.mid", SCALE)], limits)
    assert found[1].reason in {"reader_memory", "reader_crashed"}
    assert after[1].status == "read"


@pytest.mark.parametrize("at_once", [1, 2])
def test_few_processes_serve_many_files_and_end_with_them(at_once: int) -> None:
    before = readers()
    seen = set()
    files = [(f"{i}.mid", SCALE) for i in range(200)]
    for _ in read_isolated(files, readers=at_once):
        seen |= readers() - before
    assert len(seen) == at_once
    assert readers() == before

    abandoned = read_isolated(files, readers=at_once)
    next(abandoned)
    assert len(readers() - before) == at_once
    abandoned.close()
    assert readers() == before
    assert list(abandoned) == []


def test_a_member_that_kills_its_reader_costs_neither_its_archive_nor_the_other_uploads() -> None:
    members = {f"{i}.mid": SCALE for i in range(40)} | {"kills.mid": SCALE, "bad.mid": b"\0"}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    uploads = [("songs.zip", made.getvalue()), ("kills.mid", SCALE), ("a.mid", SCALE)]
    # Archives give their members under longer names.
    command = (COMMAND[0], "-c", FRAGILE.replace('name == "kills.mid"', '"kills" in name'))
    found = read_isolated(unpack(uploads), LIMITS, command, readers=2)
    refused = {report.file: report.reason for piece, report in found if piece is None}
    assert refused == {
        "songs.zip/kills.mid": "reader_crashed",
        "songs.zip/bad.mid": "not_midi",
        "kills.mid": "reader_crashed",
    }


def test_files_are_asked_for_as_they_are_needed() -> None:
    given = 0

    def files() -> Iterator[tuple[str, bytes]]:
        nonlocal given
        while True:
            given += 1
            yield f"{given}.mid", SCALE

    endless = read_isolated(files(), readers=2)
    for done, _ in enumerate(islice(endless, 300), start=1):
        assert given <= done + 3 * 32
    endless.close()
    assert given < 400


def test_a_reader_that_ended_itself_over_a_file_took_too_long() -> None:
    # The app was slow to look, and the reader's own clock was the first.
    with Reader(Limits(reader_seconds=0.1), COMMAND) as reader:
        reader.ask([("hangs.mid", SCALE)])
        assert reader._running
        reader._running.process.wait()
        assert reader.answer()[1].reason == "reader_timeout"


def test_nobody_reads_nothing() -> None:
    with pytest.raises(ValueError, match="0 readers"):
        next(read_isolated([("a.mid", SCALE)], readers=0))


def test_nothing_to_read_starts_nothing() -> None:
    assert list(read_isolated([], command=("no such command",))) == []
    refused = refusal("encrypted", "locked.mid")
    ((piece, report),) = read_isolated([("locked.mid", refused)], command=("no such command",))
    assert piece is None
    assert (report.status, report.reason, report.message) == ("refused", "encrypted", str(refused))


@pytest.mark.parametrize(
    "command", [("/no/such/command",), (sys.executable, "-c", "raise SystemExit('out of order')")]
)
def test_a_reader_that_cannot_start_is_no_fault_of_the_file(command: tuple[str, ...]) -> None:
    with pytest.raises(RuntimeError, match=r"out of order|no/such"):
        list(read_isolated([("a.mid", SCALE)], command=command))


def test_the_reader_is_light() -> None:
    with Reader() as reader:
        reader.read("a.mid", SCALE)
        (child,) = psutil.Process().children()
        libraries = " ".join(area.path for area in child.memory_maps())
        assert child.memory_info().rss < 100 << 20
    assert "symusic" in libraries
    for heavy in ("tensorflow", "pandas", "matplotlib"):
        assert heavy not in libraries


def test_a_reader_ends_when_its_app_is_killed() -> None:
    app = f"""
import sys
from musiccore.isolation import Reader
reader = Reader()
reader.read("a.mid", bytes.fromhex("{SCALE.hex()}"))
print(reader._running.process.pid, flush=True)
import os; os.kill(os.getpid(), 9)
"""
    done = subprocess.run((sys.executable, "-c", app), capture_output=True, text=True, check=False)
    reader = int(done.stdout)
    for _ in range(100):
        if not psutil.pid_exists(reader) or psutil.Process(reader).status() == "zombie":
            break
        time.sleep(0.1)
    else:
        os.kill(reader, 9)
        pytest.fail("the reader outlived its app")


def test_an_answer_is_checked_not_trusted() -> None:
    piece, report = read_file("a.mid", QUARTET)
    header_, body = packed(piece, report)
    assert unpacked("a.mid", header_, body)[1] == report
    fields = header_["piece"]
    lies: list[tuple[Any, bytes]] = [
        (None, body),
        ([], body),
        ({}, body),
        (header_, body[:-1]),
        (header_, b"\xff" * len(body)),
        (header_ | {"report": {}}, body),
        (header_ | {"report": header_["report"] | {"status": "<b>"}}, body),
        (header_ | {"report": header_["report"] | {"reason": "because"}}, body),
        (header_ | {"report": header_["report"] | {"seconds": float("nan")}}, body),
        (header_ | {"report": header_["report"] | {"message": 7}}, body),
        (header_ | {"piece": []}, body),
        (header_ | {"piece": 7}, body),
        (header_ | {"piece": fields | {"tracks": [[DRUMS + 1, 14, ""]]}}, body),
        (header_ | {"piece": fields | {"tracks": [[0, 15, ""], [0, -1, ""]]}}, body),
        (header_ | {"piece": fields | {"tempos": [[0, 0]]}}, body),
        (header_ | {"piece": fields | {"metres": [[0, 4, 0]]}}, body),
        (header_ | {"piece": fields | {"metres": 4}}, body),
    ]
    for answer, notes in lies:
        with pytest.raises(FrameError):
            unpacked("a.mid", answer, notes)
    assert unpacked("a.mid", header_ | {"piece": None}, b"")[0] is None
    assert replace(report, file="b.mid") == unpacked("b.mid", header_, body)[1]
