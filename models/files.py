"""Files at one address that fsspec understands: a folder by default, `s3://…` for a cluster."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from typing import Any

import fsspec
from platformdirs import user_cache_dir


def default_url() -> str:
    """`GRUVE_STORE`, or a folder of the user's cache directory."""
    return os.environ.get("GRUVE_STORE") or user_cache_dir("gruve")


class Files:
    """Whole files by path below `url`. Keeps nothing in memory: processes may share an address."""

    def __init__(self, url: str | None = None) -> None:
        self.url = url or default_url()
        self._fs, self._root = fsspec.url_to_fs(self.url)

    def _path(self, path: str) -> str:
        return f"{self._root}/{path}"

    def write(self, path: str, data: bytes) -> None:
        """Whole or not at all: a reader never sees half a file."""
        path = self._path(path)
        self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        temporary = f"{path}.{uuid.uuid4().hex[:8]}.part"
        self._fs.pipe_file(temporary, data)
        self._fs.mv(temporary, path)

    def write_json(self, path: str, data: Mapping[str, Any]) -> None:
        self.write(path, json.dumps(data, indent=1).encode())

    def read(self, path: str) -> bytes:
        """Raises `FileNotFoundError`."""
        return bytes(self._fs.cat_file(self._path(path)))

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
        return int(self._fs.du(self._path(path))) if self.exists(path) else 0

    def touch(self, folder: str) -> None:
        """Note that a folder is in use, for `changed`."""
        self.write(f"{folder}/used", b"")

    def changed(self, folder: str) -> float:
        """When anything in a folder was last written or touched, in seconds since 1970; 0 for an
        empty one."""
        files = self._fs.find(self._path(folder))
        return max((self._fs.modified(path).timestamp() for path in files), default=0.0)
