"""`./scripts/test` makes every check, those in a browser last, and fails if one of them does."""

import os
import stat

import pytest

from tests.scripts.conftest import ROOT, Machine


@pytest.fixture
def tested(machine: Machine) -> Machine:
    for folder in ["musiccore", "pages", "tests/browser", "tests/ui", "tests/musiccore"]:
        (machine.repo / folder).mkdir(parents=True)
    (machine.repo / "musiccore/piece.py").touch()
    (machine.repo / "tests/test_scripts.py").touch()
    return machine


def test_every_check_runs_and_the_browser_comes_last(tested: Machine) -> None:
    done = tested.run("test")
    assert done.returncode == 0, done.stderr
    assert tested.log[-4:] == [
        "python -m ruff check .",
        "python -m ruff format --check .",
        "python -m mypy musiccore",
        "python -m pytest -n 3 --dist loadfile --no-loadscope-reorder"
        " tests/musiccore tests/test_scripts.py tests/ui tests/browser",
    ]


@pytest.mark.parametrize("part", ["ruff", "mypy", "pytest"])
def test_one_failing_check_fails_the_whole_after_the_others(tested: Machine, part: str) -> None:
    (tested.folder / f"fails-{part}").touch()
    assert tested.run("test").returncode == 1
    assert tested.log[-1].startswith("python -m pytest")


def test_named_tests_run_alone(tested: Machine) -> None:
    tested.run("test", "tests/ui", "-k", "player or roll")
    assert [line for line in tested.log if " pip" not in line and " venv" not in line] == [
        "python -m pytest tests/ui -k player or roll"
    ]


def test_the_tests_get_a_browser_and_what_its_driver_needs(tested: Machine) -> None:
    tested.without("chromium")
    tested.command("dpkg-query", "#!/bin/sh\nexit 1\n")
    tested.user(0)
    done = tested.run("test")
    (install,) = tested.logged("apt-get")
    assert install.endswith(" chromium libatomic1")
    assert "tests/browser" in tested.log[-1]
    assert "Missing: libatomic1" in done.stderr  # dpkg-query, a stand-in, sees no change


def test_without_a_browser_the_rest_is_tested_and_the_whole_fails(tested: Machine) -> None:
    tested.without("chromium")
    tested.command("chromium-browser", "#!/bin/sh\necho 'install the snap' >&2\nexit 1\n")  # Ubuntu
    (tested.folder / "known").write_text("python3\nchromium-browser\n")
    done = tested.run("test")
    assert "snap install chromium" in done.stderr
    assert tested.log[-1] == (
        "python -m pytest -n 3 --dist loadfile --no-loadscope-reorder"
        " tests/musiccore tests/test_scripts.py tests/ui"
    )
    assert done.returncode == 1


@pytest.mark.parametrize("name", ["scripts/app", "scripts/test", "scripts/bench", ".ci/run"])
def test_scripts_can_be_run(name: str) -> None:
    assert os.stat(ROOT / name).st_mode & stat.S_IXUSR  # noqa: PTH116
