"""What the Music page remembers of one visit: which uploads were dealt with, and what came of them.

The uploader keeps its files through every rerun of the page; each is to be read once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from musiccore.reading import FileReport

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_SUFFIXES = ("mid", "midi", "kar", "rmi")
_SEEN, _REPORTS, _EMPTIED = "uploads-seen", "upload-reports", "uploads-emptied"

STATUS_WORDS = {"read": "read", "repaired": "read with repairs", "refused": "refused"}


def suffixes() -> tuple[str, ...]:
    """What the uploader accepts, in another order each time it is to be emptied.

    Streamlit has no way to empty an uploader, but takes one that accepts other types for new.
    """
    turn = st.session_state.get(_EMPTIED, 0) % len(_SUFFIXES)
    return _SUFFIXES[turn:] + _SUFFIXES[:turn]


def unseen(given: Iterable[UploadedFile]) -> list[tuple[str, bytes]]:
    """(name, bytes) of the files that were not asked for before."""
    seen: set[str] = st.session_state.setdefault(_SEEN, set())
    new = [file for file in given if file.file_id not in seen]
    seen.update(file.file_id for file in new)
    return [(file.name, file.getvalue()) for file in new]


def remember(reports: Sequence[FileReport]) -> None:
    """Keep the reports on the last upload for as long as the visit lasts."""
    st.session_state[_REPORTS] = list(reports)


def remembered() -> list[FileReport]:
    """The reports on the last upload."""
    return list(st.session_state.get(_REPORTS, []))


def forget() -> None:
    """Forget the reports and empty the uploader."""
    st.session_state.pop(_REPORTS, None)
    st.session_state[_EMPTIED] = st.session_state.get(_EMPTIED, 0) + 1


def summary(reports: Sequence[FileReport]) -> str:
    """How many files were read, in one sentence."""
    good = sum(report.status != "refused" for report in reports)
    notes = sum(report.notes for report in reports)
    if len(reports) == 1:
        return f"Your file was read: {notes:,} notes." if good else "Your file was not read."
    return f"{good:,} of {len(reports):,} files were read: {notes:,} notes."


def report_rows(reports: Iterable[FileReport]) -> list[dict[str, Any]]:
    """One row a file, for a table."""
    return [
        {
            "File": report.file,
            "Status": STATUS_WORDS[report.status],
            "Notes": report.notes,
            "Length (s)": round(report.seconds, 1),
            "Tracks": report.tracks,
            "Instruments": ", ".join(report.instruments),
            "What happened": report.message,
        }
        for report in reports
    ]
