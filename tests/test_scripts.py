"""scripts/app and scripts/test on machines of every kind, played by stand-ins for their commands.

Nothing is installed: `Machine` is a folder that is the whole PATH, with an `apt-get` that pretends
and a Python that writes down what it was asked to do.
"""

import os
import pty
import shutil
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOLS = [
    "sh",
    "dirname",
    "cat",
    "cksum",
    "grep",
    "sed",
    "tr",
    "rm",
    "mkdir",
    "cp",
    "env",
    "find",
    "touch",
]

PYTHON = """#!/bin/sh
case "$*" in
    "-c import sys"*) echo {version}; exit {unsupported} ;;
    "-c import ensurepip"*) [ {venv} = yes ] || [ -f "$MACHINE/bin/python{version}-venv" ]; exit ;;
esac
echo "python $*" >>"$MACHINE/log"
case "$1 $2" in
    "-m venv") for folder; do :; done; mkdir -p "$folder/bin"; cp "$0" "$folder/bin/python" ;;
    "-m "*) [ ! -f "$MACHINE/fails-$2" ] || [ "$3" = --version ] ;;
esac
"""

APT_GET = """#!/bin/sh
echo "apt-get $*" >>"$MACHINE/log"
case $1 in
    update) touch "$MACHINE/lists" ;;
    install)
        for package; do
            case $package in -*|install) ;; *) cp "$MACHINE/idle" "$MACHINE/bin/$package" ;; esac
        done
        ;;
esac
"""

APT_CACHE = """#!/bin/sh
echo asked >>"$MACHINE/log"
for package; do
    [ ! -f "$MACHINE/lists" ] || ! grep -qx "$package" "$MACHINE/known" || candidate=1.0
    printf '%s:\\n  Installed: (none)\\n  Candidate: %s\\n' "$package" "${candidate:-(none)}"
    unset candidate
done
"""


@dataclass
class Machine:
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def command(self, name: str, text: str = "#!/bin/sh\n") -> None:
        path = self.folder / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def python(self, name: str, version: str, *, venv: bool = True) -> None:
        unsupported = int(version not in {"3.11", "3.12", "3.13"})
        text = PYTHON.format(version=version, unsupported=unsupported, venv="yes" if venv else "no")
        self.command(name, text)

    def without(self, *names: str) -> None:
        for name in names:
            (self.folder / "bin" / name).unlink()

    def user(self, number: int, *, sudo: bool = False) -> None:
        self.command("id", f"#!/bin/sh\necho {number}\n")
        if sudo:
            self.command(
                "sudo",
                '#!/bin/sh\n[ "$1" != -n ] || exit 0\necho sudo >>"$MACHINE/log"\nexec "$@"\n',
            )

    def run(self, script: str, *options: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "log").write_text("")
        return subprocess.run(
            [str(self.repo / "scripts" / script), *options],
            env={"PATH": str(self.folder / "bin"), "MACHINE": str(self.folder), **self.settings},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    @property
    def repo(self) -> Path:
        return self.folder / "a clone"

    @property
    def log(self) -> list[str]:
        return (self.folder / "log").read_text().splitlines()

    def logged(self, start: str) -> list[str]:
        return [line for line in self.log if line.startswith(start)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Debian with everything installed but the Python packages, and no right to install more."""
    machine = Machine(tmp_path)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    machine.command("uname", "#!/bin/sh\necho Linux\n")
    machine.command("apt-get", APT_GET)
    machine.command("apt-cache", APT_CACHE)
    machine.command("dpkg-query", "#!/bin/sh\necho install ok installed\n")
    machine.command("fluidsynth")
    machine.command("chromium")
    machine.python("python3.12", "3.12")
    machine.user(1000)

    font = tmp_path / "usr/share/sounds/sf2/font.sf2"
    font.parent.mkdir(parents=True)
    font.touch()
    (tmp_path / "idle").write_text("#!/bin/sh\n")
    (tmp_path / "idle").chmod(0o755)
    (tmp_path / "lists").touch()
    (tmp_path / "known").write_text(
        "python3\npython3.12-venv\nfluidsynth\nfluid-soundfont-gm\nchromium\nlibatomic1\n"
    )

    (machine.repo / "scripts").mkdir(parents=True)
    for name in ["app", "test", "lib.sh"]:
        shutil.copy(ROOT / "scripts" / name, machine.repo / "scripts")
    lib = machine.repo / "scripts" / "lib.sh"
    lib.write_text(
        lib.read_text().replace(" /usr/", f" {tmp_path}/usr/").replace(" /opt/", " /no/")
    )
    for name in ["requirements.txt", "requirements-dev.txt", "requirements-gpu.txt"]:
        shutil.copy(ROOT / name, machine.repo)
    return machine


def test_first_start_makes_the_environment_and_passes_options_on(machine: Machine) -> None:
    done = machine.run("app", "--server.port", "8600")
    assert done.returncode == 0, done.stderr
    assert [line.split()[2] for line in machine.logged("python -m")] == [
        "venv", "pip", "pip", "streamlit",
    ]  # fmt: skip
    assert machine.log[-1] == "python -m streamlit run streamlit_app.py --server.port 8600"


def test_second_start_only_starts(machine: Machine) -> None:
    machine.run("app")
    done = machine.run("app")
    assert machine.log == ["python -m streamlit run streamlit_app.py"]
    assert done.stderr == ""


def test_changed_requirements_are_installed(machine: Machine) -> None:
    machine.run("app")
    with (machine.repo / "requirements.txt").open("a") as requirements:
        requirements.write("more==1.0\n")
    machine.run("app")
    assert machine.logged("python -m pip install")


def test_the_tests_environment_is_enough_for_the_app(machine: Machine) -> None:
    machine.run("test", "-k", "nothing")
    machine.run("app")
    assert not machine.logged("python -m pip")


def test_an_install_that_failed_goes_on_where_it_was(machine: Machine) -> None:
    (machine.folder / "fails-pip").touch()
    done = machine.run("app")
    assert done.returncode == 1
    assert "same command again" in done.stderr
    assert not machine.logged("python -m streamlit")

    (machine.folder / "fails-pip").unlink()
    done = machine.run("app")
    assert done.returncode == 0
    assert machine.logged("python -m pip install")
    assert not machine.logged("python -m venv")


def test_a_half_done_change_of_requirements_is_not_forgotten(machine: Machine) -> None:
    machine.run("app")
    before = (machine.repo / "requirements.txt").read_text()
    (machine.repo / "requirements.txt").write_text("other==2.0\n")
    (machine.folder / "fails-pip").touch()
    machine.run("app")
    (machine.folder / "fails-pip").unlink()
    (machine.repo / "requirements.txt").write_text(before)
    machine.run("app")
    assert machine.logged("python -m pip install")


def test_an_environment_made_by_hand_is_completed_not_replaced(machine: Machine) -> None:
    (machine.repo / ".venv/bin").mkdir(parents=True)
    shutil.copy(machine.folder / "bin/python3.12", machine.repo / ".venv/bin/python")
    machine.run("app")
    assert not machine.logged("python -m venv")
    assert machine.logged("python -m pip install")


def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine) -> None:
    machine.run("app")
    (machine.repo / ".venv/bin/python").unlink()
    done = machine.run("app")
    assert done.returncode == 0
    assert machine.logged("python -m venv --clear")


def test_a_python_that_does_not_run_or_is_too_old_is_passed_over(machine: Machine) -> None:
    machine.command(
        "python3.13", "#!/bin/sh\necho 'command not found in this version' >&2\nexit 127\n"
    )
    machine.python("python3.11", "3.10")
    machine.python("python3", "3.14")
    done = machine.run("app")
    assert done.returncode == 0
    assert "bin/python3.12" in done.stderr


def test_a_broken_python_does_not_hide_a_good_one_further_on(machine: Machine) -> None:
    shims = machine.folder / "shims"
    shims.mkdir()
    (shims / "python3.12").write_text("#!/bin/sh\nexit 127\n")
    (shims / "python3.12").chmod(0o755)
    machine.settings["PATH"] = f"{shims}:{machine.folder / 'bin'}"
    assert machine.run("app").returncode == 0


def test_the_python_can_be_named(machine: Machine) -> None:
    machine.python("mine", "3.11")
    machine.settings["GRUVE_PYTHON"] = "mine"
    assert "(mine)" in machine.run("app").stderr
    machine.settings["GRUVE_PYTHON"] = "yours"
    shutil.rmtree(machine.repo / ".venv")
    done = machine.run("app")
    assert done.returncode == 1
    assert "GRUVE_PYTHON=yours" in done.stderr


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


def test_nvidia_cards_get_an_environment_of_their_own(machine: Machine) -> None:
    machine.settings["GRUVE_GPU"] = "1"
    machine.run("app")
    assert machine.logged("python -m venv") == ["python -m venv --clear .venv-gpu"]
    assert "requirements-gpu.txt" in machine.logged("python -m pip install")[0]


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
