"""What trainings run on, and what that means for time, without loading TensorFlow."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, distribution

import streamlit as st

from models import cluster

_SECONDS = 10.0  # a driver that hangs is as good as none


@st.cache_data(show_spinner=False)
def gpus() -> tuple[str, ...]:
    """The names of the NVIDIA cards of this machine, as its driver gives them."""
    command = shutil.which("nvidia-smi")
    if command is None:
        return ()
    try:
        done = subprocess.run(  # noqa: S603  # the driver's own program, no visitor's words
            [command, "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(line.strip() for line in done.stdout.splitlines() if line.strip())


def cores() -> int:
    """Processor cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1


def uses_gpu() -> bool:
    """Whether the TensorFlow installed here brings what an NVIDIA card needs."""
    try:
        distribution("nvidia-cudnn-cu12")
    except PackageNotFoundError:
        return False
    return True


def runs_on() -> str:
    """What trainings run on, in one or two sentences."""
    if os.environ.get("GRUVE_SCHEDULER"):
        return "Training runs on the cluster that this app is connected to."
    count = cores()
    here = f"{count} processor core{'s' * (count != 1)}"
    cards = gpus()
    if not cards:
        return (
            f"Training runs on {here} of this machine; it has no NVIDIA GPU. Networks of the size "
            "of Quick suit that; Deep wants patience."
        )
    names = " and ".join(sorted(set(cards)))
    if not uses_gpu():
        return (
            f"Training runs on {here} of this machine. It has a GPU ({names}), which the "
            "TensorFlow installed here cannot use: start with GRUVE_GPU=1."
        )
    return f"Training runs on this machine's GPU ({names}): large networks and batches suit it."


def memory_bound() -> int | None:
    """Bytes that a training may take here; None where a cluster decides."""
    if os.environ.get("GRUVE_SCHEDULER"):
        return None
    return cluster.memory_bound()
