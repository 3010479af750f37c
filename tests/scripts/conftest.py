"""scripts/app and scripts/test on machines of every kind, played by stand-ins for their commands.

Nothing is installed: `Machine` is a folder that is the whole PATH, with an `apt-get` that pretends
and a Python that writes down what it was asked to do.
"""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
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
