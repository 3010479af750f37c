"""The Dockerfile's steps, one by one and without a container engine.

What it copies is copied, what it runs is run with stand-ins for commands that would change this
machine, and from that copy alone the app is started as it says, and its health check asked.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.visitors import Visitor
from tests.test_layers import SOURCES

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = ROOT / "Dockerfile"


def steps() -> list[tuple[str, str]]:
    """(instruction, what follows it), continued lines joined."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [
        (name, rest.strip()) for name, _, rest in (line.partition(" ") for line in joined) if name
    ]


def said(instruction: str) -> list[str]:
    return [rest for name, rest in steps() if name == instruction]


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for rest in said("ENV") for pair in shlex.split(rest))


def healthcheck() -> list[str]:
    (rest,) = said("HEALTHCHECK")
    command: list[str] = json.loads(rest.partition("CMD ")[2])
    return command


@dataclass(frozen=True)
class Container:
    """The folder that is the image's work folder, and where the app in it is heard."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, command: list[str], **changed: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the Dockerfile here, `python` being that of the tests."""
        return subprocess.run(
            [sys.executable, *command[1:]],
            cwd=self.folder,
            env={**self.environment, **changed},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What COPY brings, and nothing else."""
    folder = tmp_path_factory.mktemp("image")
    for rest in said("COPY"):
        *sources, target = rest.split()
        for source in sources:
            here, there = ROOT / source, folder / target
            if here.is_dir():
                shutil.copytree(here, there, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(here, there)
    return folder


@pytest.fixture(scope="module")
def started(copied: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """The app, started by CMD in the copy with the settings of ENV, on a port and in a store of its
    own, once it has said where it is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        "STREAMLIT_SERVER_PORT": str(port),
        "GRUVE_STORE": str(tmp_path_factory.mktemp("store")),
        "HOME": str(tmp_path_factory.mktemp("home")),
    }
    inherited = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("GRUVE_", "STREAMLIT_", "PYTHONPATH"))
    }
    settings = {**inherited, **environment(), **own}
    (rest,) = said("CMD")
    process = subprocess.Popen(
        [sys.executable, *json.loads(rest)[1:]],
        cwd=copied,
        env=settings,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said_so_far = []
        for line in process.stdout:
            said_so_far.append(line)
            if f"localhost:{port}" in line:
                break
        else:
            pytest.fail("".join(said_so_far))
        yield Container(copied, settings)
    finally:
        process.terminate()
        process.communicate()


def test_the_base_is_slim_and_of_a_python_that_gruve_supports() -> None:
    (base,) = said("FROM")
    assert base.startswith("docker.io/library/python:3.")
    assert base.split(":")[1] in {f"3.{n}-slim-bookworm" for n in (11, 12, 13)}


def test_what_is_copied_is_there_and_travels() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    sources = [source for rest in said("COPY") for source in rest.split()[:-1]]
    assert all((ROOT / source).exists() for source in sources)
    # Everything is ignored but what is copied.
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == set(sources)


def test_the_code_of_every_layer_and_its_settings_are_copied(copied: Path) -> None:
    wanted = [
        *(source.path for source in SOURCES),
        ROOT / ".streamlit/config.toml",
        ROOT / "requirements.txt",
    ]
    assert [path for path in wanted if not (copied / path.relative_to(ROOT)).exists()] == []


STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*" >>"$LOG"\n'


def test_the_packages_of_the_lists_are_installed_and_no_others(
    copied: Path, tmp_path: Path
) -> None:
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("apt-get", "pip", "useradd", "install", "rm"):
        (commands / name).write_text(STAND_IN)
        (commands / name).chmod(0o755)
    log = tmp_path / "log"
    path = f"{commands}:{os.environ['PATH']}"
    for step in said("RUN"):
        done = subprocess.run(
            ["sh", "-euc", step], cwd=copied, env={"PATH": path, "LOG": str(log)}, check=False
        )
        assert done.returncode == 0, step
    packages = " ".join((ROOT / "packages.txt").read_text().split())
    done_in_turn = log.read_text().splitlines()
    assert [line for line in done_in_turn if not line.startswith("rm ")] == [
        "apt-get update",
        f"apt-get install -y --no-install-recommends {packages}",
        "pip install --no-cache-dir -r requirements.txt",
        "useradd --uid 1000 --create-home gruve",
        "install -d -o gruve /store",
    ]


def test_it_does_not_run_as_root_and_keeps_its_store_on_a_volume() -> None:
    assert said("USER") == ["gruve"]
    names = [name for name, _ in steps()]
    assert names.index("USER") > max(i for i, name in enumerate(names) if name == "RUN")
    assert said("VOLUME") == [environment()["GRUVE_STORE"]]
    assert said("EXPOSE") == [environment()["STREAMLIT_SERVER_PORT"]]


def test_the_health_check_hears_the_app_that_the_command_starts(started: Container) -> None:
    done = started.run(healthcheck())
    assert done.returncode == 0, done.stderr


def test_a_visitor_is_shown_a_page_by_what_was_copied_alone(started: Container) -> None:
    async def visit() -> Visitor:
        address = f"http://127.0.0.1:{started.environment['STREAMLIT_SERVER_PORT']}"
        async with Visitor(address) as visitor:
            await visitor.open("Compare")
        return visitor

    visitor = asyncio.run(visit())
    assert visitor.troubles == []
    assert "experiment-cells" in visitor.shows


def test_the_health_check_fails_where_nobody_listens(started: Container) -> None:
    with socket.socket() as taken:  # bound, so that nobody else listens there; but not listening
        taken.bind(("127.0.0.1", 0))
        done = started.run(healthcheck(), STREAMLIT_SERVER_PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "refused" in done.stderr
