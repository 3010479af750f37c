"""A run as one file to take home and to bring back: a zip of JSON and safetensors, never a pickle.

    manifest.json                 format, version, SHA-256 of every other entry
    run.json, owner.json          settings; the title and the pieces' names
    corpus.safetensors            the music as rows
    epochs/0007.json              what each epoch measured
    epochs/0007.safetensors       weights: of the best epoch, or of all that are kept
    samples/0005.safetensors, baselines.json
    state.safetensors             what continuing needs, with all epochs alone

What is brought is a stranger's: bounded before it is opened, checked number by number before
anything of it is kept, and never mixed with what was trained here. Hashes tell damage; they do not
tell who made a file.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Literal

from safetensors.numpy import save as save_tensors

from models.quota import megabytes
from models.soundness import (
    UnsoundError,
    sound_baselines,
    sound_corpus,
    sound_epoch,
    sound_run,
    sound_sample,
    sound_state,
    sound_weights,
)
from models.store import LOCAL, Ownership, Run, Status, Store

FORMAT, VERSION = "gruve run", 1
MAX_ENTRIES = 3000
MAX_JSON = 4 * 2**20
MAX_TITLE = 200

_NAME = re.compile(
    r"(manifest|run|owner|baselines)\.json|(corpus|state)\.safetensors|"
    r"epochs/\d{4,5}\.(json|safetensors)|samples/\d{4,5}\.safetensors",
    re.ASCII,
)
_NEEDED = {"run.json", "owner.json", "corpus.safetensors"}
_END = struct.Struct("<4s4H2LH")  # of a zip: signature, disks, entries, directory's size and place
_LONGEST_COMMENT = 65_535

Which = Literal["best", "all"]


class BundleError(ValueError):
    """A file that is no run, or none to trust; the message is a sentence for the visitor."""


def import_bytes() -> int:
    """What an imported run may take, packed and unpacked: `GRUVE_IMPORT_MB`, 200."""
    return megabytes("GRUVE_IMPORT_MB", 200)


def pack(store: Store, run_id: str, epochs: Which = "best", owner: str = LOCAL) -> bytes:
    """A run as its owner's file: with the weights of its best epoch and what was measured up to it,
    or with all that is kept, to train on from. Raises `StoreError` before the first epoch."""
    run, corpus = store.load(run_id, owner), store.corpus(run_id, owner)
    best, kept = store.best(run_id), store.kept(run_id)
    numbers = {best} if epochs == "best" else set(kept)
    last = max(numbers)
    ownership = Ownership.of(run, corpus, store.ownership(run_id, owner))
    entries: dict[str, bytes] = {
        "run.json": _json(run.to_json()),
        "owner.json": _json(
            {
                "title": ownership.title[:MAX_TITLE],
                "preset": ownership.preset,
                "name": ownership.name[:MAX_TITLE],
                "names": [name[:MAX_TITLE] for name in ownership.names],
            }
        ),
        "corpus.safetensors": store.corpus_bytes(run_id),
    }
    for epoch in store.history(run_id):
        if epoch.number <= last:
            entries[f"epochs/{epoch.number:04d}.json"] = _json(asdict(epoch))
    for number in sorted(numbers):
        weights = save_tensors(store.weights(run_id, number))
        entries[f"epochs/{number:04d}.safetensors"] = weights
    for number, rows in store.samples(run_id).items():
        if number <= last:
            entries[f"samples/{number:04d}.safetensors"] = save_tensors({"rows": rows})
    found = store.baselines(run_id)
    if found is not None:
        entries["baselines.json"] = _json(found.to_json())
    state = store.load_state(run_id) if epochs == "all" else None
    if state is not None and state[0] == last:
        entries["state.safetensors"] = store.state_bytes(run_id)
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in entries.items()}
    manifest = _json({"format": FORMAT, "version": VERSION, "sha256": sums})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in {"manifest.json": manifest, **entries}.items():
            # The same run makes the same file, whenever it is packed.
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(store: Store, data: bytes, owner: str) -> Run:
    """Keep the run in a file for `owner`, and return it.

    It gets an id of its own, even where the very same was trained here: what a stranger's file
    says was learned is never given to anybody else. The same file again is the same run. Raises
    `BundleError` with a sentence, and keeps nothing, where the file is not what `pack` made.
    """
    try:
        with _opened(data) as archive:
            return _kept(store, _Bundle(archive), owner)
    except UnsoundError as error:
        raise BundleError(str(error)) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise BundleError("This file is damaged. Download or copy it once more.") from error


class _Bundle:
    """The entries of a file that passed the first look: every name known, every hash right."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = set(archive.namelist())
        manifest = self.json("manifest.json")
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise BundleError("This file is not a run that Gruve exported.")
        version = manifest.get("version")
        if not isinstance(version, int) or version > VERSION:
            raise BundleError("A newer Gruve made this file. Update Gruve to open it.")
        sums = manifest.get("sha256")
        if not isinstance(sums, dict) or set(sums) != self.names - {"manifest.json"}:
            raise BundleError("This file's list of contents is wrong: it was changed.")
        for name, told in sums.items():
            if hashlib.sha256(self.bytes(name)).hexdigest() != told:
                raise BundleError(f"This file was changed or is damaged, in {name}.")
        if not self.names >= _NEEDED:
            raise BundleError("This file is not a whole run.")
        self.digest = hashlib.sha256(self.bytes("manifest.json")).hexdigest()

    def bytes(self, name: str) -> bytes:
        return self._archive.read(name)

    def json(self, name: str) -> Any:
        if self._archive.getinfo(name).file_size > MAX_JSON:
            raise BundleError(f"This file's {name} is too long to be a run's.")
        try:
            return json.loads(self.bytes(name))
        except (ValueError, RecursionError) as error:
            raise BundleError(f"This file's {name} is not one that Gruve wrote.") from error

    def numbered(self, folder: str, ending: str) -> dict[int, str]:
        """Epoch -> the entry of that epoch, in order."""
        found = sorted(n for n in self.names if n.startswith(folder) and n.endswith(ending))
        return {int(name[len(folder) :].partition(".")[0]): name for name in found}


def _opened(data: bytes) -> zipfile.ZipFile:
    """The archive, once it is known to be within bounds: nothing is unpacked before."""
    most = import_bytes()
    if len(data) > most:
        raise BundleError(
            f"This file has {len(data) / 1e6:,.0f} MB, and a run to import may have "
            f"{most / 1e6:,.0f} MB."
        )
    at = data.rfind(b"PK\5\6", max(0, len(data) - _LONGEST_COMMENT - _END.size))
    if at < 0 or len(data) < at + _END.size or not data.startswith(b"PK\3\4"):
        raise BundleError("This file is not a run that Gruve exported, or its end is missing.")
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(data, at)
    if entries > MAX_ENTRIES or directory > MAX_ENTRIES * 200:
        raise BundleError("This file holds more entries than a run can have.")
    archive = zipfile.ZipFile(io.BytesIO(data))
    listed = archive.infolist()
    names = [info.filename for info in listed]
    if "manifest.json" not in names:
        raise BundleError("This file is not a run that Gruve exported.")
    strange = next((name for name in names if not _NAME.fullmatch(name)), None)
    if strange is not None or len(set(names)) != len(names):
        raise BundleError("This file holds something that does not belong to a run.")
    if any(info.flag_bits & 1 for info in listed):
        raise BundleError("This file is locked with a password, which Gruve never sets.")
    if sum(info.file_size for info in listed) > most:
        raise BundleError(
            f"Unpacked, this file would have more than the {most / 1e6:,.0f} MB that a run to "
            "import may have."
        )
    return archive


def _kept(store: Store, bundle: _Bundle, owner: str) -> Run:
    run = sound_run(_mapping(bundle.json("run.json")))
    told = _mapping(bundle.json("owner.json"))
    names = told.get("names")
    texts = [told.get(key) for key in ("title", "preset", "name")]
    if (
        not isinstance(names, list)
        or not all(isinstance(text, str) and len(text) <= MAX_TITLE for text in [*names, *texts])
        or not str(texts[0]).isprintable()
    ):
        raise BundleError("This file's titles are not those of a run.")
    corpus = sound_corpus(bundle.bytes("corpus.safetensors"), run, tuple(names))
    epochs = {
        n: sound_epoch(bundle.json(name), n)
        for n, name in bundle.numbered("epochs/", "json").items()
    }
    weights = bundle.numbered("epochs/", "safetensors")
    last = max(epochs, default=0)
    if not weights or sorted(epochs) != list(range(1, last + 1)) or not set(weights) <= set(epochs):
        raise BundleError("This file's epochs are not those of a run.")
    # All of it is looked at before any of it is kept; one epoch at a time, to be spared the memory.
    for name in weights.values():
        sound_weights(bundle.bytes(name), run)
    samples = {
        n: sound_sample(bundle.bytes(name), run)
        for n, name in bundle.numbered("samples/", "safetensors").items()
    }
    has = bundle.names.__contains__
    found = sound_baselines(bundle.json("baselines.json")) if has("baselines.json") else None
    state = "state.safetensors"
    tensors = sound_state(bundle.bytes(state), last) if has(state) else None

    own = hashlib.sha256(f"imported {owner} {bundle.digest}".encode()).hexdigest()[:16]
    created = datetime.now(UTC).isoformat(timespec="seconds")
    run = replace(run, id=own, title=str(texts[0]), preset=str(texts[1]), created=created)
    if own in store:
        return store.create(run, corpus, owner)
    store.create(run, corpus, owner)
    if (ownership := store.ownership(own, owner)) is not None:
        store.add_owner(own, owner, replace(ownership, name=str(texts[2])))
    for number, epoch in epochs.items():
        if number in weights:
            store.save_epoch(own, epoch, sound_weights(bundle.bytes(weights[number]), run))
        else:
            store.save_measured(own, epoch)
    for number, rows in samples.items():
        store.save_sample(own, number, rows)
    if found is not None:
        store.save_baselines(own, found)
    if tensors is not None:
        store.save_state(own, last, tensors)
    store.set_status(own, Status("done", last))
    return store.load(own, owner)


def _mapping(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise BundleError("This file's settings are not those of a run.")
    return data


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, indent=1, sort_keys=True, allow_nan=False).encode()
