"""The networks that come with Gruve: whole, small, of nothing but JSON and safetensors, and they
make legal music."""

from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load

from models.config import PRESETS
from models.data import Corpus
from models.files import FilesError
from models.run import Run, Status
from models.shipped import HERE, LEARNED, SHIPPED, shipped_store
from models.store import Store
from models.take_settings import TakeSettings
from models.takes import TakeRecipe, make_takes
from musiccore.encoding import ENCODINGS
from musiccore.starters import STARTERS, load_starter

MOST_BYTES = 8_000_000

every_network = pytest.mark.parametrize("name", STARTERS)


def test_each_starter_set_has_one_and_all_are_small() -> None:
    assert set(SHIPPED) == set(STARTERS)
    files = [path for path in HERE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {path.suffix for path in files} == {".py", ".json", ".safetensors"}
    assert sum(path.stat().st_size for path in files) < MOST_BYTES
    there = {path.name for path in (HERE / "runs").iterdir()}
    assert there == set(SHIPPED.values()), "no run is left over"


@every_network
def test_it_is_what_its_settings_name(name: str) -> None:
    """The fingerprint is that of its recipe on the music of the starter set as it is now."""
    store, learned = shipped_store(), LEARNED[name]
    run, corpus = store.load(learned.run), store.corpus(learned.run)
    told = Run.of(run.title, run.encoding, run.network, run.training, corpus)
    assert told.id == run.id == learned.run
    assert run.title == STARTERS[name].title
    assert len(corpus) == STARTERS[name].files
    pieces = load_starter(name)[:5]
    assert corpus.only(range(5)).digest == Corpus.of(run.encoding, pieces).digest
    assert corpus.names[:5] == tuple(piece.name for piece in pieces)


@every_network
def test_what_is_told_of_it_is_what_was_measured(name: str) -> None:
    store, learned = shipped_store(), LEARNED[name]
    history = store.history(learned.run)
    assert [epoch.number for epoch in history] == list(range(1, learned.epoch + 1))
    assert store.kept(learned.run) == [store.best(learned.run)] == [learned.epoch]
    assert store.status(learned.run) == Status("done", learned.epoch)
    assert learned.seconds == pytest.approx(sum(epoch.seconds for epoch in history), abs=0.1)
    # Half precision, in which it ships, costs next to nothing.
    assert learned.nats_per_note == pytest.approx(history[-1].nats_per_note, abs=0.005)
    weights = store.weights(learned.run, learned.epoch)
    assert learned.numbers == sum(array.size for array in weights.values())
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float32)}
    kept = HERE / f"runs/{learned.run}/epochs/{learned.epoch:04d}.safetensors"
    assert {array.dtype for array in load(kept.read_bytes()).values()} == {np.dtype(np.float16)}
    found = store.baselines(learned.run)
    assert found is not None
    assert history[-1].held_out is not None
    assert history[-1].held_out < found.per_row("markov 3"), "it knows more than counting"


def test_whoever_trains_a_preset_gets_a_run_of_their_own() -> None:
    for run_id in SHIPPED.values():
        run = shipped_store().load(run_id)
        assert all(run.network != preset.network for preset in PRESETS.values())


@every_network
def test_it_makes_legal_music(name: str) -> None:
    learned = LEARNED[name]
    recipe = TakeRecipe(learned.run, learned.epoch, TakeSettings(notes=40, seed=7))
    made, again = make_takes(shipped_store(), [recipe, recipe])
    encoding = shipped_store().load(learned.run).encoding
    grammar = encoding.grammar(None, None)
    for row in made.rows.tolist():
        for field, value in enumerate(row):
            legal = grammar.legal(field, row[:field])
            assert legal is None or legal[value]
        grammar.accept(row)
    assert len(made.piece) == 40
    assert np.array_equal(made.rows, again.rows)


def test_nobody_writes_to_it() -> None:
    store = shipped_store()
    run = store.load(SHIPPED["bach-chorales"])
    for change in (
        lambda: store.delete(run.id),
        lambda: store.set_status(run.id, Status("waiting")),
        lambda: store.create(replace(run, id="0" * 16), store.corpus(run.id)),
    ):
        with pytest.raises(FilesError, match="stay as they are"):
            change()
    assert run.id in store


def test_it_reads_as_any_run_does() -> None:
    """By its address too, as what is remembered of a store is."""
    learned = LEARNED["string-quartets"]
    store = Store(shipped_store().url)
    run = store.load(learned.run)
    assert ENCODINGS[run.encoding.name].from_json(run.encoding.to_json()) == run.encoding
    assert store.forward(run, learned.epoch).config == run.network
    assert {piece.rows.dtype for piece in store.corpus(run.id).pieces} == {np.dtype(np.int32)}
    assert store.samples(run.id).keys() <= set(range(1, learned.epoch + 1))
