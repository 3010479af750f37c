"""Files at one address that fsspec understands: a folder by default, `s3://…` for a cluster."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import fsspec
from platformdirs import user_cache_dir


def default_url() -> str:
    """`GRUVE_STORE`, or a folder of the user's cache directory."""
    return os.environ.get("GRUVE_STORE") or user_cache_dir("gruve")


class FilesError(RuntimeError):
    """An address that cannot be used; the message is a sentence for whoever runs the app."""


class Folder(NamedTuple):
    """What is in a folder: bytes in all, and when something was last written, in seconds since
    1970."""

    size: int
    changed: float


_CHANGED: dict[str, Callable[[Any], float]] = {
    "mtime": float,
    "LastModified": datetime.timestamp,
}
"""Where file systems say when a file was written, and how that becomes seconds since 1970."""


class Files:
    """Whole files by path below `url`. Keeps nothing in memory: processes may share an address.

    Raises `FilesError` where there is no way to such an address.
    """

    def __init__(self, url: str | None = None) -> None:
        self.url = url or default_url()
        try:
            # What others write must be seen at once, so no listing is kept.
            self._fs, self._root = fsspec.url_to_fs(self.url, use_listings_cache=False)
        except ImportError as error:
            raise FilesError(
                f"The store {self.url} needs a package that is not installed. {error}. "
                f"For s3:// that is: pip install s3fs=={fsspec.__version__}"
            ) from error
        except ValueError as error:
            raise FilesError(f"The store {self.url} cannot be used: {error}.") from error
        # S3 knows no renaming, and needs none: it shows an object once all of it has arrived.
        self._writes_whole = "s3" in self._fs.protocol

    def _path(self, path: str) -> str:
        return f"{self._root}/{path}"

    def write(self, path: str, data: bytes) -> None:
        """Whole or not at all: a reader never sees half a file."""
        path = self._path(path)
        if self._writes_whole:
            self._fs.pipe_file(path, data)
            return
        self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        temporary = f"{path}.{uuid.uuid4().hex[:8]}.part"
        self._fs.pipe_file(temporary, data)
        self._fs.mv(temporary, path)

    def write_json(self, path: str, data: Mapping[str, Any]) -> None:
        self.write(path, json.dumps(data, indent=1).encode())

    def read(self, path: str) -> bytes:
        """Raises `FileNotFoundError`."""
        return bytes(self._fs.cat_file(self._path(path)))

    def read_all(self, paths: Iterable[str]) -> list[bytes]:
        """Several files, side by side where they are far away. Raises `FileNotFoundError`."""
        paths = [self._path(path) for path in paths]
        return [bytes(data) for data in self._fs.cat_ranges(paths, None, None, on_error="raise")]

    def read_json(self, path: str) -> dict[str, Any]:
        """Raises `FileNotFoundError`."""
        return dict(json.loads(self.read(path)))

    def exists(self, path: str) -> bool:
        return bool(self._fs.exists(self._path(path)))

    def glob(self, pattern: str) -> list[str]:
        """Paths below the address that match, sorted."""
        found = self._fs.glob(self._path(pattern))
        return sorted(path[path.index(self._root) + len(self._root) + 1 :] for path in found)

    def delete(self, path: str) -> None:
        """Remove a file, or a folder with all in it; nothing happens where there is none."""
        if self.exists(path):
            self._fs.rm(self._path(path), recursive=True)

    def size(self, path: str) -> int:
        """Bytes of a file, or of everything in a folder; 0 where there is none."""
        path = self._path(path)
        try:
            # Not `du`, which asks for each file once more: others write here, and one may be gone.
            found = self._fs.find(path, detail=True).values()
            return sum(int(file["size"] if file else self._fs.size(path)) for file in found)
        except FileNotFoundError:
            return 0

    def touch(self, folder: str) -> None:
        """Note that a folder is in use, for `folders`."""
        self.write(f"{folder}/used", b"")

    def folders(self, parent: str) -> dict[str, Folder]:
        """The folders in `parent` by path, from a single look at all that is in them."""
        found: dict[str, Folder] = {}
        for path, file in self._fs.find(self._path(parent), detail=True).items():
            within = path[path.index(self._root) + len(self._root) + 1 :]
            name, _, rest = within.removeprefix(f"{parent}/").partition("/")
            if rest:
                changed = next(say(file[key]) for key, say in _CHANGED.items() if key in file)
                old = found.get(f"{parent}/{name}", Folder(0, 0.0))
                found[f"{parent}/{name}"] = Folder(
                    old.size + int(file["size"]), max(old.changed, changed)
                )
        return found
