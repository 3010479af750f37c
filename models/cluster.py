"""The embedded cluster: a scheduler in this process, one worker beside it, encrypted loopback."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from dask.utils import parse_bytes
from distributed import Scheduler, Security, SpecCluster
from distributed.deploy.subprocess import SubprocessWorker

from models import courtesy
from models.summary import TENSORFLOW_BYTES
from musiccore.memory import APP, memory_limit

ROOT = Path(__file__).resolve().parents[1]

WORKER_MEMORY = "4 GiB"

ENDED_AT = 0.95
"""The share of its memory at which Dask ends a worker (`distributed.worker.memory.terminate`)."""

NO_PAGES = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
"""Dask's own web pages are not for visitors; their server, which always starts, stays empty."""


def memory_bound() -> int:
    """Bytes that the training process may take before it is ended: `GRUVE_WORKER_MEMORY`, 4 GiB,
    or what there is less what the app needs, so that it is never the app that ends."""
    given = os.environ.get("GRUVE_WORKER_MEMORY", WORKER_MEMORY)
    return min(int(parse_bytes(given)), memory_limit() - min(APP, memory_limit() // 2))


def refusal() -> str:
    """Why nothing can be trained by a worker of this machine, in two sentences; empty where it can.
    A worker that TensorFlow alone fills would be ended again and again."""
    bound = memory_bound()
    if bound * ENDED_AT >= TENSORFLOW_BYTES:
        return ""
    return (
        f"Training takes at least {TENSORFLOW_BYTES / 2**30:.1f} GiB of memory, and "
        f"{bound / 2**30:.1f} GiB are left for it here. Play with the networks that come with "
        "Gruve, or train on a computer with more memory and import the network on the Compare page."
    )


def keys_in(folder: Path) -> Security:
    """Keys made for this process alone, kept in a private `folder`: whoever reaches a scheduler
    can run code."""
    made = Security.temporary()
    certificate, key = folder / "cert.pem", folder / "key.pem"
    certificate.write_text(made.tls_scheduler_cert)
    key.touch(mode=0o600)
    key.write_text(made.tls_scheduler_key)
    files = {
        f"tls_{role}_{part}": str(path)
        for role in ("scheduler", "worker", "client")
        for part, path in (("cert", certificate), ("key", key))
    }
    return Security(require_encryption=True, tls_ca_file=str(certificate), **files)


def embedded(security: Security, idle_seconds: int) -> SpecCluster:
    """A scheduler in this process and at most one worker beside it, which goes after
    `idle_seconds` without work.

    Not `LocalCluster`: multiprocessing would run the page that is `__main__` once more.
    """
    # The worker's supervisor inherits this process's environment: it must find our modules, and
    # has nothing to tell the terminal.
    os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", "error")
    os.environ.setdefault("DASK_DISTRIBUTED__WORKER__HTTP__ROUTES", "[]")
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if str(ROOT) not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), *paths]))
    files = {
        name: getattr(security, name)
        for name in (
            "tls_ca_file",
            "tls_worker_cert",
            "tls_worker_key",
            "tls_client_cert",
            "tls_client_key",
            "tls_scheduler_cert",
            "tls_scheduler_key",
        )
    }
    worker = {
        "cls": SubprocessWorker,
        "options": {
            "worker_kwargs": {
                "nthreads": 1,
                "host": "127.0.0.1",
                **NO_PAGES,
                # Beside the keys: private, and gone with the engine.
                "local_directory": str(Path(security.tls_ca_file).parent),
                "memory_limit": memory_bound(),
                "preload": courtesy.__name__,
                "security": {"require_encryption": True, **files},
                "env": {
                    "DASK_DISTRIBUTED__WORKER__MEMORY__TARGET": "False",
                    "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "False",
                    "DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE": "False",
                },
            },
        },
    }
    scheduler = {
        "cls": Scheduler,
        "options": {
            "host": "127.0.0.1",
            "protocol": "tls://",
            **NO_PAGES,
            "security": security,
        },
    }
    cluster = SpecCluster(
        workers={},
        scheduler=scheduler,
        worker=worker,
        security=security,
        silence_logs=logging.ERROR,
    )
    cluster.adapt(minimum=0, maximum=1, interval="1 s", wait_count=max(1, idle_seconds))
    return cluster
