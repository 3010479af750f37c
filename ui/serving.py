"""The server that `streamlit run` starts: up when what its visitors need is ready.

By itself Streamlit imports what a page needs when the first visitor opens it, and fifty who come at
once to an app just started wait for all of it. Here that begins with the server, while browsers
still load Streamlit's own page; and whoever asks whether the server is up, as hosts do before they
let visitors in, hears so when it is done.
"""

from __future__ import annotations

import asyncio
import signal
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Server

from ui.warming import begin_no_more, warm_up

PATIENCE_SECONDS = 3.0
"""On a slow disk a server says that it is up when not all is ready."""

HEALTH = "/_stcore/health"


@asynccontextmanager
async def serving(_: st.App) -> AsyncIterator[None]:
    """What begins and ends with the server: the lifespan of Streamlit's app."""
    _end_in_order()
    warm_up()
    if not st.get_option("server.headless"):
        threading.Thread(target=webbrowser.open, args=[_address()], daemon=True).start()
    yield
    begin_no_more()
    await _warm()


async def _warm() -> None:
    """Return when `warm_up` is done, or after `PATIENCE_SECONDS`."""
    work = warm_up()
    if work is not None and work.is_alive():
        await asyncio.to_thread(work.join, PATIENCE_SECONDS)


def _end_in_order() -> None:
    """Asked to end, the server ends, and then Python as ever, which tells those who work for it
    (`models.leaving`). By itself Uvicorn has the process die of the signal after that."""
    uvicorn = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if isinstance(uvicorn, Server):
        signal.signal(signal.SIGTERM, partial(_end, uvicorn))
        signal.signal(signal.SIGINT, partial(_end, uvicorn))


def _end(server: Server, *_: object) -> None:
    server.force_exit = server.should_exit  # asked twice
    server.should_exit = True


def _address() -> str:
    """Where the visitor on this machine finds the app. Streamlit opens it only without an app."""
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    host = st.get_option("browser.serverAddress")
    path = st.get_option("server.baseUrlPath").strip("/")
    return f"{scheme}://{host}:{st.get_option('server.port')}/{path}"


class UpWhenReady:
    """ASGI middleware: who asks for the server's health is answered when all is ready. Nobody else
    waits."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].endswith(HEALTH):
            await _warm()
        await self._app(scope, receive, send)


MIDDLEWARE = (Middleware(UpWhenReady),)
