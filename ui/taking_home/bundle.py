"""All files of a take in one zip, with the recipe that makes it again."""

from __future__ import annotations

import io
import zipfile

from ui.taking_home.formats import FORMATS, Parcel, file_of
from ui.taking_home.made import FAILURES

_PACKED_ALREADY = {"mp3", "png"}


def everything(parcel: Parcel) -> bytes:
    """A folder of every format that can be made, zipped. What cannot is named in its `READ ME.txt`
    with the reason. The same take gives the same bytes."""
    stem = parcel.stem
    files: dict[str, bytes] = {}
    missing = []
    for name, form in FORMATS.items():
        try:
            files[name] = file_of(parcel, name)
        except FAILURES as error:
            missing.append(f"{form.label}: {error}")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        _write(archive, f"{stem}/READ ME.txt", _read_me(parcel, missing).encode())
        for name, data in files.items():
            _write(archive, f"{stem}/{stem}{FORMATS[name].ending}", data, name in _PACKED_ALREADY)
    return packed.getvalue()


def bundle_of(parcel: Parcel) -> bytes:
    """`everything`, made once."""
    return parcel.made.get(parcel.owner, f"{parcel.digest}-zip", lambda: everything(parcel))


def _write(archive: zipfile.ZipFile, name: str, data: bytes, stored: bool = False) -> None:
    # Without a date of its own an entry has that of the first day that zip knows.
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)


def _read_me(parcel: Parcel, missing: list[str]) -> str:
    recipe = f"{parcel.stem}{FORMATS['recipe'].ending}"
    lines = [
        f"{parcel.piece.name}, made with Gruve.",
        "",
        "To make it again, to the byte, where its network is:",
        "",
        f"    python -m models take --recipe {recipe} --out again.mid",
        "",
        "Where the network was imported from a file, add --run and the id of the imported run.",
    ]
    if missing:
        lines += ["", "Not in here:", "", *(f"- {reason}" for reason in missing)]
    return "\n".join([*lines, ""])
