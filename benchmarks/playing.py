"""Playing: from the click to the first sound, synthesis by hand, drift of the playhead."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, median
from typing import Any

from playwright.sync_api import Page

from benchmarks.app import browser_page, open_when_up, served
from benchmarks.result import Result
from models.config import PRESETS
from models.forward import Forward
from models.generation import TakeSettings, generate
from models.network import build, weights_of
from models.training import prepare
from musiccore.audio import cached_opening, cached_sound
from musiccore.encoding import ENCODINGS
from musiccore.piece import Piece, Track, excerpt
from musiccore.soundfont import soundfont
from musiccore.starters import load_starter
from musiccore.synthesis import SAMPLE_RATE
from musiccore.writing import to_midi
from ui.listening import OPENINGS

HEARD_SECONDS = 60.0
DRIFT_SECONDS = 180
ZOOMED = 4  # presses, until a pixel is a few milliseconds: on the whole piece it is 150
REPEATS = 5
WOODBLOCK = 115

# A page with one player; its sound is brought when the button is pressed.
APP = """
import sys
from pathlib import Path
import streamlit as st
from benchmarks.playing import clicks, music
from ui.player import player
from ui.player.sound import deliver

piece = {"clicks": clicks, "music": music}[st.query_params["piece"]]()
player(piece, audible=True)
if st.button("Deliver"):
    recording = Path(st.query_params["recording"]).read_bytes()
    deliver(piece, recording, player="player", key="sound", whole="whole" in st.query_params)
"""

AUDIO = "document.querySelector('.st-key-player audio')"
# From a press of "Deliver" to the moment at which sound is played, in milliseconds.
TRANSFER = """() => new Promise((done) => {
  const audio = document.querySelector('.st-key-player audio');
  const button = [...document.querySelectorAll('button')].find((b) => b.innerText === 'Deliver');
  audio.addEventListener('playing', () => done(performance.now() - begun), { once: true });
  const begun = performance.now();
  button.click();
})"""
# A note begins where silence ends: the time of the audio clock at which each one does.
ONSETS = """
registerProcessor('onsets', class extends AudioWorkletProcessor {
  quiet = 0;
  process([[samples = []]]) {
    samples.forEach((sample, i) => {
      if (Math.abs(sample) < 0.02) this.quiet += 1;
      else {
        if (this.quiet > sampleRate / 10) this.port.postMessage((currentFrame + i) / sampleRate);
        this.quiet = 0;
      }
    });
    return true;
  }
})
"""
# Plays to the end. Answers with the onsets heard and, for every frame, the audio clock and the
# second at which the playhead was drawn.
WATCH = """async (module) => {
  const frame = document.querySelector('.gruve-player-roll');
  const canvas = frame.querySelector('.gruve-player-now');
  const audio = document.querySelector('.st-key-player audio');
  const context = new AudioContext();
  const code = new Blob([module], { type: 'text/javascript' });
  await context.audioWorklet.addModule(URL.createObjectURL(code));
  const ears = new AudioWorkletNode(context, 'onsets');
  context.createMediaElementSource(audio).connect(ears).connect(context.destination);
  await context.resume();
  const [onsets, frames] = [[], []];
  ears.port.onmessage = ({ data }) => onsets.push(data);
  document.addEventListener('gruve-time', ({ detail }) => {
    if (!detail.playing) return;
    const row = canvas.getContext('2d').getImageData(0, 20, canvas.width, 1).data;
    const [inked, weighed] = [...Array(canvas.width).keys()].reduce(
      ([sum, moment], x) => [sum + row[4 * x + 3], moment + row[4 * x + 3] * (x + 0.5)], [0, 0]);
    const x = weighed / inked / devicePixelRatio;
    const shown = detail.start + ((x - 38) / (frame.clientWidth - 38)) * detail.span;
    frames.push([context.currentTime, shown, audio.currentTime]);
  });
  await audio.play();
  await new Promise((done) => audio.addEventListener('ended', done));
  return { onsets, frames };
}"""


def clicks() -> Piece:
    """A short woodblock at every second."""
    notes = [(2.0 * k, 0.25, 76, 127) for k in range(DRIFT_SECONDS)]
    return Piece("clicks", (Track.of(notes, WOODBLOCK),))


def music() -> Piece:
    """A minute of the starter set."""
    long = next(p for p in load_starter("bach-chorales") if p.seconds >= HEARD_SECONDS)
    return excerpt(long, 0.0, long.length * HEARD_SECONDS / long.seconds)


def seconds(work: Callable[[], object]) -> float:
    """Median time of `work`, after one call that does not count."""
    found = []
    for _ in range(REPEATS + 1):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return median(found[1:])


@contextmanager
def player_page(piece: str, recording: bytes, whole: bool) -> Iterator[Page]:
    """The page `APP` in a browser."""
    with tempfile.TemporaryDirectory() as folder, browser_page() as page:
        script, file = Path(folder, "player.py"), Path(folder, "recording")
        script.write_text(APP)
        file.write_bytes(recording)
        with served(script, folder) as (address, _):
            open_when_up(page, address, f"?piece={piece}&recording={file}{'&whole=' * whole}")
            page.wait_for_selector(".gruve-player-play", timeout=120_000)
            yield page


def sampling_seconds(notes: int) -> float:
    """The default preset making so many notes."""
    prepare()
    pieces, quick = load_starter("bach-chorales"), PRESETS["quick"]
    encoding = ENCODINGS["notes"].fit(pieces)
    weights = weights_of(build(encoding, quick.network, quick.training))
    forward = Forward(encoding, quick.network, weights)
    return seconds(lambda: generate(forward, TakeSettings(notes=notes)))


def transfer_seconds(recording: bytes) -> float:
    """From the script that has the sound to the browser that plays it, Play having been pressed."""
    found = []
    for _ in range(REPEATS):
        with player_page("music", recording, whole=False) as page:
            page.locator(".gruve-player-play").click()
            found.append(float(page.evaluate(TRANSFER)) / 1000)
    return median(found)


def by_hand(piece: Piece) -> float:
    """FluidSynth on the command line, as anybody would call it, to a WAV file."""
    font = soundfont()
    assert font is not None
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "piece.mid").write_bytes(to_midi(piece))
        command = ["fluidsynth", "-ni", "-r", str(SAMPLE_RATE), "-F", "piece.wav", str(font)]
        return seconds(
            lambda: subprocess.run(
                [*command, "piece.mid"], cwd=folder, check=True, capture_output=True
            )
        )


def measure() -> list[Result]:
    """From the click to the first sound, step by step; what follows behind it."""
    piece = music()
    nowhere = Path(os.devnull) / "nowhere"  # no cache: every call renders
    sampling = sampling_seconds(len(piece))
    writing = seconds(lambda: to_midi(piece))
    first = seconds(lambda: cached_opening(piece, OPENINGS[0], nowhere))
    whole = seconds(lambda: cached_sound(piece, nowhere))
    hand = by_hand(piece)
    transfer = transfer_seconds(cached_opening(piece, OPENINGS[0], nowhere))
    total = sampling + writing + first + transfer
    return [
        Result(
            f"click to first sound, {piece.seconds:.0f} s of music ({len(piece)} notes)",
            f"{total:.2f} s: sampling {sampling:.2f}, writing {writing:.3f}, synthesis of the "
            f"first {OPENINGS[0]:.0f} s {first:.2f}, transfer and start {transfer:.2f}",
            f"with all of it rendered first {total - first + whole:.2f} s",
            f"{(total - first + whole) / total:.1f} ×",
            "2 s",
        ),
        Result(
            f"synthesis of {piece.seconds:.0f} s of music, encoded for the browser",
            f"{whole:.2f} s",
            f"FluidSynth by hand, WAV only {hand:.2f} s",
            f"{whole / hand:.2f} ×",
            "–",
        ),
    ]


def measure_drift() -> list[Result]:
    """Real sound against the playhead's pixels over three minutes, in headless Chromium."""
    piece = clicks()
    nowhere = Path(os.devnull) / "nowhere"
    with player_page("clicks", cached_sound(piece, nowhere), whole=True) as page:
        page.get_by_role("button", name="Deliver").click()
        page.wait_for_function(f"{AUDIO}.duration > {DRIFT_SECONDS - 2}")
        for _ in range(ZOOMED):
            page.get_by_role("button", name="Zoom in").click()
        page.set_default_timeout(0)
        heard = page.evaluate(WATCH, ONSETS)
    late = apart(heard["onsets"], heard["frames"])
    if len(late) < DRIFT_SECONDS - 1:
        raise AssertionError(f"{len(late)} notes of {DRIFT_SECONDS} were heard")
    drift = mean(late[-20:]) - mean(late[:20])
    distance = sorted(map(abs, late))
    clock = sorted(abs(shown - now) for _, shown, now in heard["frames"])
    return [
        Result(
            f"playhead against the sound over {DRIFT_SECONDS} s (headless Chromium)",
            f"{1000 * median(distance):.0f} ms apart in the median, "
            f"{1000 * distance[int(0.99 * len(distance))]:.0f} ms for 99% of notes, "
            f"{1000 * distance[-1]:.0f} ms at most; drift {1000 * drift:+.1f} ms",
            f"playhead against the audio clock {1000 * clock[int(0.99 * len(clock))]:.0f} ms for "
            f"99% of frames, {1000 * clock[-1]:.0f} ms at most",
            "–",
            "50 ms",
        )
    ]


def apart(onsets: list[float], frames: list[Any]) -> list[float]:
    """For each note heard how far behind it the playhead stood on the screen, in seconds.

    `onsets` are times of the audio clock; `frames` (that clock, second shown, …). What was drawn
    last stands until the next frame. Notes stand at whole seconds.
    """
    clock = [frame[0] for frame in frames]
    drawn = [bisect_right(clock, onset) - 1 for onset in onsets]
    return [round(frames[k][1]) - frames[k][1] for k in drawn if k >= 0]
