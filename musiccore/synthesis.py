"""FluidSynth, driven by midi2audio, in a folder of its own and within the time allowed."""

from __future__ import annotations

import os
import signal
import site
import subprocess
import sys
from pathlib import Path

from musiccore.bounds import bound

MAX_RENDER_SECONDS = 300.0
"""How long FluidSynth may take over one piece, in seconds (`GRUVE_MAX_RENDER_SECONDS`)."""

SAMPLE_RATE = 44_100

# FluidSynth reads this file from its home folder. It then loads only the instruments that play:
# 50 MB of memory instead of 175 with the 148 MB FluidR3, and the same sound.
_FLUIDSYNTH_CONFIG = "set synth.dynamic-sample-loading 1\n"


class AudioError(RuntimeError):
    """Audio could not be made; the message is a sentence for the screen."""


def synthesize(name: str, folder: Path, font: Path) -> None:
    """Turn `piece.mid` in `folder` into `piece.wav` there, within the time allowed.

    midi2audio runs as a command of its own because it waits for FluidSynth without end: only so can
    both be stopped.
    """
    (folder / ".fluidsynth").write_text(_FLUIDSYNTH_CONFIG)
    limit = bound("GRUVE_MAX_RENDER_SECONDS", MAX_RENDER_SECONDS)
    # Sound comes before training and after pages.
    command = ["nice", "-n", "5"]
    command += [sys.executable, "-P", "-m", "midi2audio", "-s", str(font), "-r", str(SAMPLE_RATE)]
    # Packages of `pip install --user` are found from the home folder, which is another one here.
    environment = os.environ | {"HOME": str(folder), "PYTHONUSERBASE": site.getuserbase()}
    process = subprocess.Popen(  # noqa: S603
        [*command, "piece.mid", "piece.wav"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        raise AudioError(
            f"FluidSynth took more than {limit:.0f} seconds over {name} and was stopped. "
            "Try a shorter piece."
        ) from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
