"""Visitors without browsers: they speak with the app as Streamlit's page in a browser does.

To the server a visitor's tab is a websocket with a cookie, on which it asks for pages, says what
its controls hold, and asks again and again for what is drawn anew by itself. All of that is done
here with Streamlit's own messages (`streamlit.proto`), and the answers, pictures and sound
included, are received in full. What only a browser does, drawing and playing, costs the server
nothing.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, NamedTuple, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

COOKIE = "gruve_workspace"
FOOT = "foot"
"""The key of what ends every page; only its sound comes later."""


class Shown(NamedTuple):
    """One answer: seconds until the foot of the page was there, until all of it was, its sound
    included, and how many bytes came."""

    page: float
    whole: float
    size: int


class Timer(NamedTuple):
    """What the app wants to be asked for anew, every so many seconds."""

    fragment: str
    seconds: float


@dataclass
class _Page:
    """What a page shows of what can be used: controls by their keys, and what draws itself anew."""

    ids: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    timers: dict[str, Timer] = field(default_factory=dict)

    def add(self, other: _Page) -> None:
        self.ids |= other.ids
        self.options |= other.options
        self.timers |= other.timers


@dataclass
class Visitor:
    """One tab of one visitor, whose workspace is that of `token`.

    `troubles` collects in words whatever went wrong: exceptions, errors on the page. `sessions`
    counts how often the tab was opened.
    """

    address: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    troubles: list[str] = field(default_factory=list)
    sessions: int = 0
    _name: str = ""
    _query: str = ""
    _held: dict[str, Any] = field(default_factory=dict)
    _page: _Page = field(default_factory=_Page)
    _hashes: dict[str, str] = field(default_factory=dict)
    _line: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        self.sessions += 1
        self._line = await connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": f"{COOKIE}={self.token}"},
            max_size=None,
            max_queue=None,  # a browser reads what comes; nothing may wait for this process
            open_timeout=None,
            ping_interval=None,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._line is not None:
            await self._line.close()

    @property
    def shows(self) -> frozenset[str]:
        """The keys of the controls on the page."""
        return frozenset(self._page.ids)

    def options(self, key: str) -> list[str]:
        """What a select box or radio offers."""
        return self._page.options[key]

    async def open(self, page: str = "", query: str = "") -> Shown:
        """Go to a page by its address: `Train`, or nothing for home."""
        self._name, self._query, self._held = page, query, {}
        return await self._ask({})

    async def press(self, key: str) -> Shown:
        """Press a button that the page shows."""
        return await self._ask({key: {"trigger_value": True}})

    async def hold(self, key: str, **value: Any) -> Shown:
        """Let a control hold a value, named as `WidgetState` does: `string_value`, say."""
        self._held[key] = value
        return await self._ask({})

    async def stay(self, seconds: float) -> None:
        """Look at the page: what draws itself anew is asked for whenever it is due."""
        now = time.monotonic()
        end, asked = now + seconds, dict.fromkeys(self._page.timers, now)
        while True:
            due = {f: asked.setdefault(f, now) + t.seconds for f, t in self._page.timers.items()}
            following = min(due, key=due.__getitem__, default="")
            until = min(end, due.get(following, end))
            await asyncio.sleep(max(0.0, until - time.monotonic()))
            if until == end:
                return
            await self._ask({}, following)
            asked[following] = now = time.monotonic()

    async def _ask(self, pressed: Mapping[str, Any], fragment: str = "") -> Shown:
        """Ask for the page, or a fragment of it, and receive all of the answer."""
        if self._line is None:
            raise RuntimeError("Nobody is connected: use this visitor in `async with`.")
        request = self._request({**self._held, **pressed}, fragment)
        began = time.perf_counter()
        await self._line.send(request)
        seen, page, size = _Page(), 0.0, 0
        while True:
            data = await self._line.recv()
            size += len(data)
            message = ForwardMsg.FromString(data)
            if message.WhichOneof("type") != "script_finished":
                if self._noted(message, seen) == FOOT:
                    page = time.perf_counter() - began
                continue
            if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                seen = _Page()
                continue
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self.troubles.append(f"{self._where} could not be run")
            elif message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                self._page = seen
            else:
                self._page.add(seen)
            whole = time.perf_counter() - began
            return Shown(page or whole, whole, size)

    def _request(self, values: Mapping[str, Any], fragment: str) -> bytes:
        asked = ClientState(
            query_string=self._query,
            page_name=self._name,
            page_script_hash=self._hashes.get(self._name, ""),
            fragment_id=fragment,
            is_auto_rerun=bool(fragment),
        )
        asked.context_info.url = f"{self.address}/{self._name}"
        for key, value in values.items():
            if key in self._page.ids:  # what is not shown any more holds nothing
                asked.widget_states.widgets.add(id=self._page.ids[key], **value)
            elif "trigger_value" in value:
                raise KeyError(f"{self._where} shows no {key}")
        return BackMsg(rerun_script=asked).SerializeToString()

    @property
    def _where(self) -> str:
        return self._name or "Home"

    def _noted(self, message: ForwardMsg, seen: _Page) -> str:
        """Add to `seen` what a message shows; the key of that, where it has one."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            asked = self._hashes.get(self._name)
            if asked not in (None, message.new_session.page_script_hash):
                self.troubles.append(f"{self._where} was asked for, and another page came")
        elif kind == "page_not_found":
            self.troubles.append(f"{self._where} was not found")
        elif kind == "navigation":  # `new_session` does not know them all yet
            pages = message.navigation.app_pages
            self._hashes = {p.url_pathname: p.page_script_hash for p in pages}
        elif kind == "auto_rerun":
            fragment = message.auto_rerun.fragment_id
            seen.timers[fragment] = Timer(fragment, message.auto_rerun.interval)
        elif kind == "delta" and message.delta.HasField("add_block"):
            return _key(message.delta.add_block.id)
        elif kind == "delta" and message.delta.HasField("new_element"):
            return self._noted_element(message.delta.new_element, seen)
        return ""

    def _noted_element(self, element: Element, seen: _Page) -> str:
        kind = element.WhichOneof("type")
        shown: Any = getattr(element, kind) if kind else None
        if kind == "exception":
            self.troubles.append(f"{self._where}: {shown.type}: {shown.message}")
        elif kind == "alert" and shown.format == shown.ERROR:
            self.troubles.append(f"{self._where} says: {shown.body}")
        if key := _key(getattr(shown, "id", "")):
            seen.ids[key] = shown.id
            if kind in ("selectbox", "radio"):
                seen.options[key] = list(shown.options)
        return key


def _key(identity: str) -> str:
    """The key that the app gave an element, from the id that Streamlit made of it."""
    parts = identity.split("-", 2)
    return parts[2] if len(parts) == 3 and parts[0] == "$$ID" and parts[2] != "None" else ""
