"""A run travels as one file; what is no run, or was tampered with, is refused in a sentence."""

import hashlib
import io
import json
import pickle
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from models.baselines import BASELINES, Baselines
from models.bundle import MAX_ENTRIES, BundleError, pack, unpack
from models.data import Corpus
from models.generation import TakeSettings
from models.store import Epoch, Run, Store
from models.takes import make_take, sample_pieces
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes
from tests.models.test_generation import SMALL, random_weights
from tests.models.test_training import TRAINING

Entries = dict[str, bytes]


def trained(folder: Path, name: str = "notes") -> tuple[Store, Run]:
    """A run of three epochs, the second the best, with everything that a run can have."""
    store = Store(str(folder))
    pieces = [*tunes(), band()]
    encoding = ENCODINGS[name].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    run = store.create(Run.of("tunes", encoding, SMALL, TRAINING, corpus, "quick"), corpus)
    for number in (1, 2, 3):
        measured = Epoch(number, 3.0, 1.0 if number == 2 else 2.0, 0.1, None, 1.0)
        store.save_epoch(run.id, measured, random_weights(encoding, SMALL, seed=number))
        store.save_sample(run.id, number, corpus.pieces[0].rows[:8])
    store.save_baselines(run.id, Baselines(9, 8, dict.fromkeys(BASELINES, 3.0)))
    store.save_state(run.id, 3, {"0000": np.ones(3, np.float32)})
    return store, run


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("which", ["best", "all"])
def test_a_run_comes_back_as_it_was(tmp_path: Path, which: str, name: str) -> None:
    store, run = trained(tmp_path / "one", name)
    data = pack(store, run.id, which)  # type: ignore[arg-type]
    assert pack(store, run.id, which) == data  # type: ignore[arg-type]
    other = Store(str(tmp_path / "two"))
    back = unpack(other, data, "me")
    assert replace(back, id=run.id, created=run.created) == run
    assert other.owners(back.id) == ["me"]
    assert other.best(back.id) == 2
    assert other.kept(back.id) == ([2] if which == "best" else [1, 2, 3])
    assert len(other.history(back.id)) == (2 if which == "best" else 3)
    assert other.baselines(back.id) == store.baselines(run.id)
    assert (other.load_state(back.id) is not None) == (which == "all")
    assert other.corpus(back.id, "me").names == store.corpus(run.id).names
    assert set(sample_pieces(other, back)) == set(range(1, len(other.history(back.id)) + 1))
    settings = TakeSettings(notes=20)
    mine = make_take(store, run, settings, epoch=2).rows
    np.testing.assert_array_equal(make_take(other, back, settings).rows, mine)


def test_what_is_imported_is_never_what_was_trained_here(tmp_path: Path) -> None:
    store, run = trained(tmp_path)
    data = pack(store, run.id)
    mine, again, yours = (unpack(store, data, owner) for owner in ("me", "me", "you"))
    assert len({run.id, mine.id, yours.id}) == 3
    assert again.id == mine.id
    assert store.owners(run.id) == ["local"]


def test_an_imported_run_keeps_the_name_it_was_given(tmp_path: Path) -> None:
    store, run = trained(tmp_path)
    ownership = store.ownership(run.id)
    assert ownership is not None
    store.add_owner(run.id, "local", replace(ownership, name="My best"))
    back = unpack(store, pack(store, run.id), "me")
    told = store.ownership(back.id, "me")
    assert told is not None
    assert told.name == "My best"


def entries_of(data: bytes) -> Entries:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(entries: Entries, sign: bool = True, **manifest: object) -> bytes:
    """A file as a forger makes it: with right hashes, if `sign`."""
    if sign:
        sums = {n: hashlib.sha256(d).hexdigest() for n, d in entries.items() if n[:4] != "mani"}
        told = {"format": "gruve run", "version": 1, "sha256": sums, **manifest}
        entries = {**entries, "manifest.json": json.dumps(told).encode()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    store, run = trained(tmp_path_factory.mktemp("packed"))
    return pack(store, run.id, "all")


def refused(data: bytes, folder: Path) -> str:
    store = Store(str(folder / "store"))
    with pytest.raises(BundleError, match=r"^[A-Z].*\.$") as error:
        unpack(store, data, "me")
    assert not list(folder.rglob("*.*"))
    return str(error.value)


def test_a_damaged_file_is_refused_wherever_it_is_damaged(packed: bytes, tmp_path: Path) -> None:
    for length in (0, 1, 30, len(packed) // 2, len(packed) - 1):
        refused(packed[:length], tmp_path)
    rng = np.random.default_rng(0)
    for at in rng.integers(0, len(packed), 40).tolist():
        flipped = bytearray(packed)
        flipped[at] ^= 0x10
        with suppress(BundleError):  # or a byte that says nothing, such as a date
            run = unpack(Store(str(tmp_path / "kept")), bytes(flipped), "me")
            assert run.title == "tunes"


def test_foreign_files_are_refused(packed: bytes, tmp_path: Path) -> None:
    for data in (b"", b"MThd", pickle.dumps([1]), b"PK\3\4" + b"x" * 100, b"\x89PNG\r\n" * 9):
        refused(data, tmp_path)
    assert "not a run" in refused(zipped({"song.mid": b"MThd"}, sign=False), tmp_path)
    assert "does not belong" in refused(zipped({"song.mid": b"MThd"}), tmp_path)
    entries = entries_of(packed)
    assert "newer Gruve" in refused(zipped(entries, version=2), tmp_path)
    assert "not a run" in refused(zipped(entries, format="other"), tmp_path)
    assert "not a whole run" in refused(zipped({"run.json": entries["run.json"]}), tmp_path)


def test_bombs_and_paths_are_refused_before_anything_is_unpacked(
    packed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = entries_of(packed)
    for name in ("../run.json", "/etc/passwd", "epochs/../../x.json", "epochs\\0001.json"):
        assert "does not belong" in refused(zipped({**entries, name: b"x"}), tmp_path)
    many = {f"epochs/{i:05d}.json": b"" for i in range(MAX_ENTRIES + 1)}
    assert "more entries" in refused(zipped(many), tmp_path)
    monkeypatch.setenv("GRUVE_IMPORT_MB", "1")
    bomb = zipped({**entries, "baselines.json": b" " * 10**7})
    assert len(bomb) < 10**6
    assert "Unpacked" in refused(bomb, tmp_path)
    assert "may have 1 MB" in refused(b"PK\3\4" + bytes(10**6), tmp_path)


def weights_with(change: Callable[[dict[str, np.ndarray]], None]) -> Callable[[Entries], None]:
    def edit(entries: Entries) -> None:
        weights = random_weights(ENCODINGS["notes"].fit([*tunes(), band()]), SMALL)
        change(weights)
        entries["epochs/0002.safetensors"] = save(weights)

    return edit


def settings_with(entry: str, **changes: object) -> Callable[[Entries], None]:
    def edit(entries: Entries) -> None:
        entries[entry] = json.dumps({**json.loads(entries[entry]), **changes}).encode()

    return edit


def put(entry: str, data: bytes) -> Callable[[Entries], None]:
    return lambda entries: entries.__setitem__(entry, data)


NOTES = ENCODINGS["notes"].fit([*tunes(), band()]).to_json()


@pytest.mark.parametrize(
    "forge",
    [
        weights_with(lambda w: w.update(extra=np.ones(1, np.float32))),
        weights_with(lambda w: w.update({"wait_logits/bias": np.ones(3, np.float32)})),
        weights_with(lambda w: w.update({"wait_logits/bias": w["wait_logits/bias"] * np.nan})),
        weights_with(lambda w: w.update({"wait_logits/bias": w["wait_logits/bias"].astype("f8")})),
        weights_with(lambda w: w.pop("wait_logits/bias")),  # type: ignore[arg-type, return-value]
        put("epochs/0002.safetensors", pickle.dumps({"a": 1})),
        put("corpus.safetensors", save({"rows": np.zeros((2, 5), np.int32)})),
        put("run.json", b"[]"),
        put("run.json", b"{" * 10_000),
        put("baselines.json", b'{"rows": 0, "notes": 0, "nats": {}}'),
        put("samples/0001.safetensors", save({"rows": np.full((3, 5), 999, np.int32)})),
        put("state.safetensors", save({"epoch": np.array([7])})),
        put("epochs/0009.json", b"{}"),
        settings_with("run.json", corpus="0" * 64),
        settings_with("run.json", surprise=1),
        settings_with("run.json", network={}),
        settings_with("run.json", training={"epochs": 0}),
        settings_with("run.json", encoding={**NOTES, "tempo": -1}),
        settings_with("run.json", encoding={**NOTES, "programs": [99999]}),
        settings_with("run.json", encoding={**NOTES, "programs": []}),
        settings_with("run.json", encoding={**NOTES, "metre": [4, 3]}),
        settings_with("run.json", encoding={**NOTES, "encoding": "os"}),
        settings_with("owner.json", title="x" * 300),
        settings_with("owner.json", title="a\nb"),
        settings_with("owner.json", names=["one"]),
        settings_with("epochs/0002.json", loss=float("nan")),
        settings_with("epochs/0002.json", number=3),
    ],
)
def test_a_forged_run_is_refused_although_its_hashes_are_right(
    forge: Callable[[Entries], None], packed: bytes, tmp_path: Path
) -> None:
    entries = entries_of(packed)
    forge(entries)
    refused(zipped(entries), tmp_path)
    wrong = {**entries_of(packed), **{k: v for k, v in entries.items() if k != "manifest.json"}}
    assert "chang" in refused(zipped(wrong, sign=False), tmp_path)
