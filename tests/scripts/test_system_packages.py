"""What the system lacks is installed where that is allowed, and named where it is not."""

import os
import pty
import shutil
import subprocess

import pytest

from tests.scripts.conftest import Machine


@pytest.mark.parametrize("sudo", [False, True])
def test_root_and_sudo_install_what_is_missing_in_one_go(machine: Machine, sudo: bool) -> None:
    machine.without("python3.12", "fluidsynth")
    machine.python("python3", "3.12", venv=False)  # as Debian has it
    shutil.rmtree(machine.folder / "usr")
    machine.user(1000 if sudo else 0, sudo=sudo)
    done = machine.run("app")
    (install,) = machine.logged("apt-get")  # no update: the lists know them all
    assert install.endswith(" python3.12-venv fluidsynth fluid-soundfont-gm")
    assert ("sudo" in machine.log) == sudo
    assert done.returncode == 0, done.stderr


def test_nothing_missing_needs_no_rights(machine: Machine) -> None:
    machine.user(1000, sudo=True)
    machine.run("app")
    assert "sudo" not in machine.log


@pytest.mark.parametrize("answer", ["y", "n"])
def test_at_a_terminal_it_asks_before_it_uses_sudo(machine: Machine, answer: str) -> None:
    machine.without("fluidsynth")
    machine.command("sudo", '#!/bin/sh\n[ "$1" = -n ] || echo "sudo $*" >>"$MACHINE/log"\nexit 1\n')
    person, terminal = pty.openpty()
    os.write(person, f"{answer}\n".encode())
    done = subprocess.run(
        [str(machine.repo / "scripts/app")],
        env={"PATH": str(machine.folder / "bin"), "MACHINE": str(machine.folder)},
        stdin=terminal,
        stderr=terminal,
        timeout=30,
        check=False,
    )
    said = os.read(person, 100_000).decode()
    os.close(terminal)
    os.close(person)
    assert "needs these system packages: fluidsynth" in said
    assert bool(machine.logged("sudo env")) == (answer == "y")
    assert done.returncode == 0


def test_empty_package_lists_are_brought_once(machine: Machine) -> None:
    (machine.folder / "lists").unlink()
    machine.without("python3.12", "fluidsynth")
    machine.user(0)
    machine.run("app")
    assert [line.split()[1] for line in machine.logged("apt-get")] == ["update", "install"]
    assert "python3.12-venv fluidsynth" in machine.logged("apt-get install")[0]


def test_packages_that_cannot_be_fetched_are_tried_with_fresh_lists_once(machine: Machine) -> None:
    machine.without("fluidsynth")
    machine.command("apt-get", '#!/bin/sh\necho "apt-get $1" >>"$MACHINE/log"\n[ $1 = update ]\n')
    machine.user(0)
    done = machine.run("app")
    assert machine.logged("apt-get") == ["apt-get install", "apt-get update", "apt-get install"]
    assert "Missing: fluidsynth" in done.stderr
    assert done.returncode == 0


def test_without_rights_it_names_the_command_and_starts(machine: Machine) -> None:
    machine.without("fluidsynth")
    shutil.rmtree(machine.folder / "usr")
    done = machine.run("app")
    assert "apt-get install -y --no-install-recommends fluidsynth fluid-soundfont-gm" in done.stderr
    assert "silent" in done.stderr
    assert not machine.logged("apt-get")
    assert len(machine.logged("asked")) == 1
    assert machine.log[-1] == "python -m streamlit run streamlit_app.py"
    assert done.returncode == 0


def test_with_empty_lists_the_named_command_brings_them(machine: Machine) -> None:
    (machine.folder / "lists").unlink()
    machine.without("fluidsynth")
    done = machine.run("app")
    assert "as root: apt-get update && apt-get install" in done.stderr
    machine.command("sudo", "#!/bin/sh\nexit 1\n")
    done = machine.run("app")
    assert "sudo sh -c 'apt-get update && apt-get install" in done.stderr
    assert done.stderr.count("apt-get") == 2  # nothing was tried


def test_without_rights_and_python_it_names_the_command_and_stops(machine: Machine) -> None:
    machine.without("python3.12")
    done = machine.run("app")
    assert "as root: apt-get install -y --no-install-recommends python3.12-venv" in done.stderr
    assert "GRUVE_PYTHON" in done.stderr
    assert done.returncode == 1


def test_a_system_without_a_python_that_would_do_is_not_given_another(machine: Machine) -> None:
    """Ubuntu 22.04 without its updates: python3-venv there makes environments of Python 3.10."""
    machine.without("python3.12")
    machine.python("python3", "3.10")
    (machine.folder / "known").write_text("python3\npython3-venv\npython3.10-venv\n")
    machine.user(0)
    done = machine.run("app")
    assert not machine.logged("apt-get")
    assert "GRUVE_PYTHON" in done.stderr
    assert done.returncode == 1


def test_packages_outside_the_lists_are_named(machine: Machine) -> None:
    machine.without("fluidsynth")
    (machine.folder / "known").write_text("python3\n")
    done = machine.run("app")
    assert "apt has no fluidsynth" in done.stderr
    assert "universe" in done.stderr


def test_a_soundfont_that_is_not_there_is_named(machine: Machine) -> None:
    machine.settings["GRUVE_SOUNDFONT"] = "/no/such.sf2"
    done = machine.run("app")
    assert "GRUVE_SOUNDFONT=/no/such.sf2: no such file" in done.stderr
    assert done.returncode == 0


def test_a_mac_is_set_up_by_homebrew(machine: Machine) -> None:
    machine.without("python3.12", "fluidsynth", "apt-get")
    machine.command("uname", "#!/bin/sh\necho Darwin\n")
    machine.command("brew", '#!/bin/sh\necho "brew $*" >>"$MACHINE/log"\n')
    done = machine.run("app")
    assert machine.logged("brew") == ["brew install python@3.12 fluid-synth"]
    assert "brew install python@3.12 fluid-synth" in done.stderr  # the stand-in installed nothing


def test_an_unknown_system_is_told_what_to_install(machine: Machine) -> None:
    machine.without("apt-get", "fluidsynth")
    done = machine.run("app")
    assert "Missing: fluidsynth" in done.stderr
    assert machine.log[-1] == "python -m streamlit run streamlit_app.py"
