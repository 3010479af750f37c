"""A cluster that is there already: scheduler and workers are processes of their own, the store is
an S3-compatible server. Workers are killed, the app and the scheduler go away: nothing is lost."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import dask
import numpy as np
import pytest
from distributed import Client

from models import connection
from models.cluster import ROOT, keys_in
from models.connection import UNREACHABLE
from models.engine import DIED, INTERRUPTED, NO_WORKER, Engine
from models.store import Status, Store
from tests.models.test_engine import until
from tests.models.test_training import TRAINING, begun

EPOCHS = 4
LONG = replace(TRAINING, batch_size=1, sequence_length=8)
"""So many batches an epoch that a worker dies in the midst of one."""


class Cluster:
    """`dask scheduler` and `dask worker`, as whoever runs a cluster starts them."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._start("scheduler", "scheduler", "--port", "0", "--no-show", *options)
        until(lambda: self._file.exists() and self._file.read_text())
        self.address = json.loads(self._file.read_text())["address"]

    def _start(self, name: str, what: str, *options: str) -> None:
        common = ["--scheduler-file", str(self._file), "--host", "127.0.0.1", "--no-dashboard"]
        command = [sys.executable, "-m", "dask", what, *common, "--dashboard-address", ":0"]
        with (self._folder / f"{name}.log").open("wb") as told:
            self._processes[name] = subprocess.Popen(
                [*command, *options], cwd=ROOT, stdout=told, stderr=told
            )

    def worker(self, name: str) -> None:
        scratch = ["--local-directory", str(self._folder)]
        self._start(name, "worker", "--nthreads", "1", "--no-nanny", "--name", name, *scratch)

    def kill(self, name: str) -> None:
        self._processes[name].kill()
        self._processes[name].wait()

    def ended(self, name: str) -> bool:
        return self._processes[name].poll() is not None

    def at_work(self) -> dict[str, str]:
        """Task -> name of the worker that has it."""
        with Client(self.address, set_as_default=False) as client:
            workers = client.scheduler_info()["workers"]
            processing = client.processing()
        return {key: workers[at]["name"] for at, keys in processing.items() for key in keys}

    def allow_failures(self, number: int) -> None:
        """As DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES would when it starts."""
        with Client(self.address, set_as_default=False) as client:
            client.run_on_scheduler(_allow, number)

    def close(self) -> None:
        for name in self._processes:
            self.kill(name)


def _allow(number: int, dask_scheduler: object) -> None:
    dask_scheduler.allowed_failures = number  # type: ignore[attr-defined]


@contextmanager
def scheduler_at(address: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("GRUVE_SCHEDULER", address)
        yield


def in_the_midst(engine: Engine, store: Store, run_id: str) -> bool:
    """Whether an epoch is learned and the next is under way."""
    job = engine.job(run_id)
    assert job is not None, engine.status(run_id)
    at = job.progress
    return at is not None and at.epoch > 1 and 0 < at.batch < at.batches / 2


def assert_equal(store: Store, other: Store, run_id: str) -> None:
    """Bit for bit, in every epoch."""
    for epoch in range(1, EPOCHS + 1):
        weights, others = store.weights(run_id, epoch), other.weights(run_id, epoch)
        assert weights.keys() == others.keys()
        for name, array in weights.items():
            np.testing.assert_array_equal(array, others[name])


def test_workers_die_and_the_app_and_the_scheduler_go_and_nothing_is_lost(
    s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One story, since every worker takes seconds to load TensorFlow. The same choices in four
    # stores are the same run four times; the first is never disturbed.
    cluster = Cluster(tmp_path)
    monkeypatch.setenv("GRUVE_SCHEDULER", cluster.address)
    stores = []
    for name in ("undisturbed", "handed on", "continued", "restarted"):
        store, run = begun(f"{s3}/{name}", training=LONG)
        stores.append(store)
    undisturbed, handed_on, continued, restarted = stores
    try:
        cluster.worker("first")
        cluster.worker("second")
        mine, theirs = Engine(handed_on), Engine(undisturbed)
        mine.train(run.id, EPOCHS)
        theirs.train(run.id, EPOCHS)

        # A worker dies in the midst of an epoch: the other one serves its own visitor to the end,
        # then goes on with what the dead one began.
        until(lambda: in_the_midst(mine, handed_on, run.id))
        at_work = cluster.at_work()
        survivor = at_work[max(at_work)]
        cluster.allow_failures(1)
        cluster.kill(at_work[min(at_work)])
        learned = len(handed_on.history(run.id))
        assert learned >= 1
        until(lambda: theirs.job(run.id) is None)
        assert theirs.status(run.id) == Status("done", EPOCHS)
        until(lambda: mine.job(run.id) is None)
        assert mine.status(run.id) == Status("done", EPOCHS)
        assert_equal(handed_on, undisturbed, run.id)
        mine.close()
        theirs.close()

        # Another one dies, and the scheduler does not try again: a sentence says so at once.
        cluster.allow_failures(0)
        engine = Engine(continued)
        engine.train(run.id, EPOCHS)
        until(lambda: in_the_midst(engine, continued, run.id))
        cluster.kill(survivor)
        until(lambda: engine.job(run.id) is None)
        status = engine.status(run.id)
        assert (status.state, status.message) == ("failed", DIED)
        assert status.epochs == len(continued.history(run.id)) >= 1

        # Continue waits for a worker, says so, and ends where the undisturbed one did.
        engine.train(run.id, EPOCHS)
        until(lambda: (job := engine.job(run.id)) and job.waiting == NO_WORKER)
        cluster.worker("third")
        until(lambda: engine.job(run.id) is None)
        assert engine.status(run.id) == Status("done", EPOCHS)
        assert_equal(continued, undisturbed, run.id)
        engine.close()

        # The app goes, and comes back: its worker lets go, the new app offers Continue.
        engine = Engine(restarted)
        engine.train(run.id, 10_000)
        until(lambda: in_the_midst(engine, restarted, run.id))
        engine.close()
        until(lambda: not cluster.at_work())
        engine = Engine(restarted)
        status = engine.status(run.id)
        assert (status.state, status.message) == ("stopped", INTERRUPTED)
        learned = len(restarted.history(run.id))
        engine.train(run.id, learned + 1)
        until(lambda: engine.job(run.id) is None)
        assert engine.status(run.id) == Status("done", learned + 1)

        # The scheduler goes: a sentence, and the worker does not train on for nobody.
        engine.train(run.id, 10_000)
        until(lambda: (job := engine.job(run.id)) and job.progress)
        cluster.kill("scheduler")
        until(lambda: engine.job(run.id) is None)
        assert engine.status(run.id).message == INTERRUPTED
        until(lambda: cluster.ended("third"))
        engine.close()

        monkeypatch.setattr(connection, "CONNECT_SECONDS", 1)
        engine = Engine(restarted)
        engine.warm()
        engine.train(run.id, 10_000)
        assert engine.job(run.id) is None
        status = engine.status(run.id)
        assert (status.state, status.message) == ("failed", UNREACHABLE)
        engine.close()
    finally:
        cluster.close()


def test_a_scheduler_that_asks_for_certificates_is_reached_with_dasks_own_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    security = keys_in(tmp_path)
    tls = {
        "--tls-ca-file": security.tls_ca_file,
        "--tls-cert": security.tls_scheduler_cert,
        "--tls-key": security.tls_scheduler_key,
    }
    folder = tmp_path / "cluster"
    folder.mkdir()
    cluster = Cluster(folder, "--protocol", "tls", *(x for pair in tls.items() for x in pair))
    assert cluster.address.startswith("tls://")
    monkeypatch.setenv("GRUVE_SCHEDULER", cluster.address)
    store, run = begun(tmp_path / "store")
    settings = {
        "distributed.comm.tls.ca-file": security.tls_ca_file,
        "distributed.comm.tls.client.cert": security.tls_client_cert,
        "distributed.comm.tls.client.key": security.tls_client_key,
    }
    try:
        with dask.config.set(settings):
            engine = Engine(store)
            engine.train(run.id, 1)
            until(lambda: (job := engine.job(run.id)) and job.waiting == NO_WORKER)
            engine.stop(run.id)
            until(lambda: engine.job(run.id) is None)
            assert engine.status(run.id) == Status("stopped", 0)
            engine.close()
        stranger = Engine(store)
        stranger.train(run.id, 1)
        assert stranger.status(run.id) == Status("failed", 0, UNREACHABLE)
        stranger.close()
    finally:
        cluster.close()
