"""Whether what a stranger says is a run really is one: every number of it in its place.

Each function refuses by `UnsoundError`, with a sentence, or returns what it was given as ours.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from models.baselines import BASELINES, Baselines
from models.config import ConfigError
from models.data import Corpus
from models.run import Epoch, Run
from models.summary import weight_shapes
from musiccore.encoding import BookEncoding, Encoded, Encoding, NotesEncoding
from musiccore.encoding.book import NUMBERS, token_pitches
from musiccore.piece import DRUMS

MAX_SAMPLE = 1000
"""Rows of a sample."""

Tensors = dict[str, NDArray[Any]]


class UnsoundError(ValueError):
    """Something is not what it says it is; the message is a sentence for the visitor."""


def _require(holds: object, what: str) -> None:
    if not holds:
        raise UnsoundError(f"This file does not hold a sound run: {what}.")


def _whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _finite(value: object, low: float = -math.inf, high: float = math.inf) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and low <= value <= high
    )


def sound_run(data: Mapping[str, Any]) -> Run:
    """The settings of a run, from the JSON of `Run.to_json`."""
    try:
        run = Run.from_json(data)
        same = json.loads(json.dumps(run.to_json())) == dict(data)
    except ConfigError as error:
        raise UnsoundError(f"This file's settings cannot be: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError, LookupError) as error:
        raise UnsoundError("This file's settings are not those of a run.") from error
    _require(same, "its settings hold something unknown")
    for kind, check in _ENCODINGS.items():
        if isinstance(run.encoding, kind):
            _require(check(run.encoding), "its encoding cannot be")
    _require(isinstance(run.corpus, str) and isinstance(run.id, str), "it has no name")
    _require(
        all(isinstance(x, str) and len(x) < 50 for pair in run.versions.items() for x in pair)
        and len(run.versions) < 20,
        "its versions are none",
    )
    return run


def _notes(encoding: NotesEncoding) -> bool:
    programs, metre = encoding.programs, encoding.metre
    return (
        len(programs) > 0
        and all(_whole(p, 0, DRUMS) for p in programs)
        and all(a < b for a, b in pairwise(programs))
        and _finite(encoding.tempo, 1, 10_000)
        and _whole(metre.beats, 1, 256)
        and metre.unit in (1, 2, 4, 8, 16, 32, 64, 128)
    )


def _book(encoding: BookEncoding) -> bool:
    tokens = encoding.tokens
    return (
        0 < len(tokens) <= 10_000
        and all(isinstance(t, str) and len(t) < 40 and _is_token(t) for t in tokens)
        and all(a < b for a, b in pairwise(tokens))
        and _finite(encoding.step, 1e-6, 1e4)
        and (encoding.instrument is None or _whole(encoding.instrument, 0, 127))
        and _whole(encoding.program, 0, 127)
    )


def _is_token(token: str) -> bool:
    if token in NUMBERS:
        return True
    parts = token.split(".")
    numbers = all(part.isascii() and part.isdigit() and int(part) < 12 for part in parts)
    return numbers and bool(token_pitches(token))


_ENCODINGS: Mapping[type[Encoding], Callable[[Any], bool]] = {
    NotesEncoding: _notes,
    BookEncoding: _book,
}


def _tensors(data: bytes, what: str) -> Tensors:
    try:
        return load_tensors(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise UnsoundError(f"This file does not hold a sound run: {what} is damaged.") from error


def _rows(rows: NDArray[Any], encoding: Encoding) -> bool:
    sizes = np.array([field.size for field in encoding.fields])
    return (
        rows.dtype == np.int32
        and rows.ndim == 2
        and rows.shape[1] == len(sizes)
        and len(rows) > 0
        and bool((rows >= 0).all() and (rows < sizes).all())
    )


def sound_corpus(data: bytes, run: Run, names: tuple[str, ...]) -> Corpus:
    """The music that a run learned from; it must be that of the run's digest."""
    tensors = _tensors(data, "its music")
    _require(set(tensors) == {"rows", "position", "lengths"}, "its music is incomplete")
    rows, position, lengths = (tensors[name] for name in ("rows", "position", "lengths"))
    _require(_rows(rows, run.encoding), "its music leaves the encoding")
    _require(
        position.dtype == np.int32
        and position.shape == rows.shape[:1]
        and (position >= 0).all()
        and (position < run.encoding.positions).all(),
        "its music leaves the bar",
    )
    _require(
        lengths.dtype == np.int64
        and lengths.ndim == 1
        and len(lengths) == len(names)
        and (lengths > 0).all()
        and (lengths <= len(rows)).all()
        and int(lengths.sum()) == len(rows),
        "its pieces do not add up",
    )
    ends = np.cumsum(lengths)[:-1]
    pieces = zip(np.split(rows, ends), np.split(position, ends), strict=True)
    corpus = Corpus(names, tuple(Encoded(r, p) for r, p in pieces))
    _require(corpus.digest == run.corpus, "its music is not what the network learned from")
    return corpus


def sound_weights(data: bytes, run: Run) -> Tensors:
    """The weights after an epoch: of exactly this network's shapes, and numbers all."""
    tensors = _tensors(data, "a network")
    shapes = {name: array.shape for name, array in tensors.items()}
    _require(shapes == weight_shapes(run.encoding, run.network), "its weights have other shapes")
    _require(
        all(a.dtype == np.float32 and np.isfinite(a).all() for a in tensors.values()),
        "its weights are not all numbers",
    )
    return tensors


def sound_state(data: bytes, last: int) -> Tensors:
    """What continuing after epoch `last` needs."""
    tensors = _tensors(data, "what continuing needs")
    epoch = tensors.pop("epoch", np.zeros(0))
    _require(epoch.shape == (1,) and int(epoch[0]) == last, "it goes on from another epoch")
    _require(list(tensors) and set(tensors) == {f"{i:04d}" for i in range(len(tensors))}, "a gap")
    _require(all(np.isfinite(a).all() for a in tensors.values()), "its state is not all numbers")
    return tensors


def sound_epoch(data: Any, number: int) -> Epoch:
    """What was measured after epoch `number`."""
    _require(isinstance(data, dict) and set(data) == {f.name for f in fields(Epoch)}, "an epoch")
    _require(_whole(data["number"], 1, 10_000) and data["number"] == number, "an epoch's number")
    _require(_finite(data["loss"], 0) and _finite(data["seconds"], 0), "an epoch's loss")
    for name in ("held_out", "accuracy", "nats_per_note"):
        _require(data[name] is None or _finite(data[name], 0), f"an epoch's {name}")
    return Epoch(**data)


def sound_sample(data: bytes, run: Run) -> NDArray[np.int32]:
    tensors = _tensors(data, "a sample")
    _require(set(tensors) == {"rows"}, "a sample is incomplete")
    rows = tensors["rows"]
    _require(_rows(rows, run.encoding) and len(rows) <= MAX_SAMPLE, "a sample leaves the encoding")
    return rows


def sound_baselines(data: Any) -> Baselines:
    _require(isinstance(data, dict) and set(data) == {"rows", "notes", "nats"}, "its baselines")
    nats = data["nats"]
    _require(isinstance(nats, dict) and set(nats) == set(BASELINES), "its baselines")
    _require(all(_finite(n, 0) for n in nats.values()), "its baselines")
    _require(_whole(data["rows"], 1, 10**9) and _whole(data["notes"], 0, 10**9), "its baselines")
    return Baselines.from_json(data)
