"""What became of every file, in sentences, totals and rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from musiccore.reading import FileReport
from ui.counts import Rows
from ui.page import plain

STATUS_WORDS = {"read": "read", "repaired": "read with repairs", "refused": "refused"}
DUPLICATE = "left out as duplicate"


def summary(reports: Sequence[FileReport]) -> str:
    """How many files were read, and what became of the others, in one sentence or two."""
    counted = outcomes(reports)
    notes = sum(report.notes for report in reports if report.status != "refused")
    good = counted.pop("read") + counted["read with repairs"]
    if len(reports) == 1:
        return f"Your file was read: {notes:,} notes." if good else "Your file was not read."
    others = ", ".join(f"{number:,} {words}" for words, number in counted.items() if number)
    return f"{good:,} of {len(reports):,} files were read: {notes:,} notes." + (
        f" {others.capitalize()}." if others else ""
    )


def messages(reports: Sequence[FileReport]) -> str:
    """What happened to these files, in Markdown: a line each where there are several."""
    said = [plain(report.message) for report in reports]
    return said[0] if len(said) == 1 else "\n".join(f"- {line}" for line in said)


def outcomes(reports: Iterable[FileReport]) -> dict[str, int]:
    """Outcome, in the words of the table -> how many files came to it."""
    counted = Counter(_outcome(report) for report in reports)
    return {words: counted[words] for words in (*STATUS_WORDS.values(), DUPLICATE)}


def report_rows(reports: Iterable[FileReport]) -> Rows:
    """One row a file, for a table."""
    return [
        {
            "File": report.file,
            "Outcome": _outcome(report),
            "Notes": report.notes,
            "Length (s)": round(report.seconds, 1),
            "Length (quarter notes)": round(report.quarters, 2),
            "Tracks": report.tracks,
            "Instruments": ", ".join(report.instruments),
            "What happened": report.message,
        }
        for report in reports
    ]


def _outcome(report: FileReport) -> str:
    return DUPLICATE if report.reason == "duplicate" else STATUS_WORDS[report.status]
