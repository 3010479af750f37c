"""Strangers' MIDI read in a process of its own: a crash, a hang or a flood costs one file.

The answers are data (`musiccore.frames`), not pickles, since
whoever breaks the reader would otherwise break the app.
"""

from __future__ import annotations

import signal
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from itertools import chain, cycle, islice
from types import TracebackType

from musiccore.frames import FrameError, receive, send, unpacked
from musiccore.limits import Limits, current_limits
from musiccore.piece import Piece
from musiccore.processes import Running, StartError, end, start, wait_until_ready
from musiccore.reasons import ReadingError, refusal
from musiccore.reports import FileReport, refused

READER = (sys.executable, "-m", "musiccore.reader")
"""The command that reads; another one must speak as `musiccore.reader.serve` does."""

# A batch is what a reader is given at once: waiting for each answer costs more than small files.
_BATCH_FILES = 32
_BATCH_BYTES = 1 << 18


def read_isolated(
    files: Iterable[tuple[str, bytes | ReadingError]],
    limits: Limits | None = None,
    command: Sequence[str] = READER,
    readers: int = 1,
) -> Generator[tuple[Piece | None, FileReport], None, None]:
    """Read (name, bytes) in order; up to `readers` processes serve them all, side by side.

    A file whose reader crashes, hangs or takes too much memory is refused as `reader_crashed`,
    `reader_timeout` or `reader_memory`, and the rest go on with a new reader. A name that comes
    with an error instead of bytes is passed on as refused. `files` is asked for a few dozen files
    ahead of what was yielded, never for more. The processes end with the generator, also where
    that is closed early.
    """
    if readers < 1:
        raise ValueError(f"Nothing is read by {readers} readers.")
    batches = _batches(files)
    first = list(islice(batches, readers))
    under_way: deque[tuple[Reader, _Batch]] = deque()
    with ExitStack() as stack:
        pool = [stack.enter_context(Reader(limits, command)) for _ in first]
        for reader, batch in zip(pool, first, strict=True):
            # All at once, since each takes a while to start.
            if _bytes_in(batch):
                reader.start()
        # In turn: the reader that was asked longest ago is the one to be heard and asked next.
        for reader, batch in zip(cycle(pool), chain(first, batches), strict=False):
            if len(under_way) == len(pool):
                yield from _answers(*under_way.popleft())
            reader.ask(_bytes_in(batch))
            under_way.append((reader, batch))
        while under_way:
            yield from _answers(*under_way.popleft())


_Batch = list[tuple[str, bytes | ReadingError]]


def _batches(files: Iterable[tuple[str, bytes | ReadingError]]) -> Iterator[_Batch]:
    """The files, as many at a time as are worth a request."""
    batch: _Batch = []
    size = 0
    for name, data in files:
        batch.append((name, data))
        size += len(data) if isinstance(data, bytes) else 0
        if len(batch) == _BATCH_FILES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _bytes_in(batch: _Batch) -> list[tuple[str, bytes]]:
    return [(name, data) for name, data in batch if isinstance(data, bytes)]


def _answers(reader: Reader, batch: _Batch) -> Iterator[tuple[Piece | None, FileReport]]:
    for name, data in batch:
        yield (None, refused(name, data)) if isinstance(data, ReadingError) else reader.answer()


class Reader:
    """At most one reader process, started when there is something to read. For one thread."""

    def __init__(self, limits: Limits | None = None, command: Sequence[str] = READER) -> None:
        self._limits = limits or current_limits()
        self._command = tuple(command)
        self._running: Running | None = None
        self._ready = False
        self._asked: deque[tuple[str, bytes]] = deque()

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, name: str, data: bytes) -> tuple[Piece | None, FileReport]:
        """As `reading.read_file`, elsewhere. Raises `RuntimeError` if no reader can be started."""
        self.ask([(name, data)])
        return self.answer()

    def start(self) -> None:
        """Let the process begin to start, where none runs. Raises as `read`."""
        if not self._running:
            try:
                self._running = start(self._command, asdict(self._limits))
            except StartError as error:
                raise _no_reader(error) from error
            self._ready = False

    def ask(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Hand over files whose answers are then to be fetched, one by one, with `answer`.

        Only when all answers to the files before are fetched. Raises as `read`.
        """
        if not files:
            return
        self.start()
        running = self._running
        assert running
        if not self._ready:
            try:
                wait_until_ready(running)
            except StartError as error:
                self.close()
                raise _no_reader(error) from error
            self._ready = True
        self._asked.extend(files)
        running.line.settimeout(self._limits.reader_seconds)
        # A reader that is gone or stuck shows when its first answer does not come.
        with suppress(OSError):
            sizes = [(name, len(data)) for name, data in files]
            send(running.line, {"files": sizes}, b"".join(data for _, data in files))

    def answer(self) -> tuple[Piece | None, FileReport]:
        """The result for the next file that was handed over. Raises as `read`."""
        assert self._running
        name, data = self._asked.popleft()
        seconds = self._limits.reader_seconds
        try:
            return unpacked(name, *receive(self._running.line, seconds))
        except TimeoutError:
            late = True
        except (FrameError, OSError):
            late = False
        # The files that it had not come to are for its successor.
        left = list(self._asked)
        late |= self.close() == -signal.SIGALRM
        if late:
            limit = self._limits.sentence("reader_seconds")
            error = refusal("reader_timeout", name, limit=limit)
        else:
            error = refusal("reader_crashed", name)
        self.ask(left)
        return None, refused(name, error, data)

    def close(self) -> int | None:
        """End the process and return its status; the next file starts another one."""
        self._asked.clear()
        running, self._running = self._running, None
        return end(running) if running else None


def _no_reader(error: StartError) -> RuntimeError:
    return RuntimeError(f"The MIDI reader does not start: {error}")
