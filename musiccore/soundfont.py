"""Which SoundFont plays, and what is missing on a machine that cannot make audio."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from musiccore.memory import budget

# Folders, and what to look for in each: first the one that most systems have, then any.
_SOUNDFONTS = (
    ("/usr/share", "sounds/sf2/FluidR3_GM.sf2"),  # Debian, Ubuntu
    ("/usr/share", "soundfonts/FluidR3_GM.sf2"),  # Fedora, Arch
    ("/usr/share", "sounds/sf[23]/*.sf[23]"),
    ("/usr/share", "soundfonts/*.sf[23]"),
    ("~", ".fluidsynth/default_sound_font.sf2"),  # where midi2audio looks
    ("~", "Library/Audio/Sounds/Banks/*.sf[23]"),
    # Homebrew's fluid-synth brings an example: not General MIDI, but it sounds.
    ("/opt/homebrew/share", "fluid-synth/sf2/*.sf2"),
    ("/usr/local/share", "fluid-synth/sf2/*.sf2"),
)

# Where there is little memory: 6 MB, 21 MiB while it plays instead of 52, and quicker.
_SMALL = ("/usr/share", "sounds/sf2/TimGM6mb.sf2")  # Debian, Ubuntu: timgm6mb-soundfont

_BY_HAND = "Download one and set GRUVE_SOUNDFONT to its path."

# What tells which system this is, how to install FluidSynth there, and how to get a SoundFont.
_INSTALLERS = (
    ("apt-get", "sudo apt-get install -y fluidsynth", "sudo apt-get install -y fluid-soundfont-gm"),
    ("dnf", "sudo dnf install -y fluidsynth", "sudo dnf install -y fluid-soundfont-gm"),
    ("pacman", "sudo pacman -S fluidsynth", "sudo pacman -S soundfont-fluid"),
    ("brew", "brew install fluid-synth", ""),
)


def soundfont() -> Path | None:
    """The SoundFont to play with: `GRUVE_SOUNDFONT`, else the first in a well-known place; where
    memory is short a small one first."""
    if chosen := os.environ.get("GRUVE_SOUNDFONT"):
        path = Path(chosen).expanduser()
        return path.resolve() if _is_soundfont(path) else None
    small = (_SMALL,) if budget().small_soundfont else ()
    for folder, pattern in (*small, *_SOUNDFONTS):
        for path in sorted(Path(folder).expanduser().glob(pattern)):
            if _is_soundfont(path):
                return path.resolve()
    return None


def _is_soundfont(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head[:4] == b"RIFF" and head[8:] == b"sfbk"


def missing() -> str | None:
    """What keeps this machine from making audio and the command that installs it; None: nothing."""
    known = [(synth, font) for tool, synth, font in _INSTALLERS if shutil.which(tool)]
    get_synth, get_font = known[0] if known else ("", "")
    if shutil.which("fluidsynth") is None:
        advice = f"Install it: {get_synth}" if get_synth else "See https://www.fluidsynth.org"
        return f"Audio needs FluidSynth, which is not installed here. {advice}"
    if soundfont() is not None:
        return None
    if chosen := os.environ.get("GRUVE_SOUNDFONT"):
        return f"GRUVE_SOUNDFONT names {chosen}, which is no SoundFont file. Correct or unset it."
    advice = f"Install one: {get_font}" if get_font else _BY_HAND
    return f"Audio needs a General MIDI SoundFont, and none was found here. {advice}"
