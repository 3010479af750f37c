"""What became of every file."""

import csv
import io

from musiccore.reading import FileReport
from ui.reports import messages, outcomes, report_rows, summary
from ui.tables import as_csv

READ = FileReport("a.mid", "read", notes=10, seconds=4.26, quarters=8, instruments=("Flute",))
REPAIRED = FileReport("b.mid", "repaired", message="b.mid was read with repairs.", notes=5)
REFUSED = FileReport("c.mid", "refused", "empty", "c.mid is empty.")
TWICE = FileReport("d.mid", "refused", "duplicate", "d.mid is a.mid.", notes=10)
ALL = [READ, REPAIRED, REFUSED, TWICE]


def test_totals_in_a_sentence() -> None:
    assert summary(ALL) == (
        "2 of 4 files were read: 15 notes. 1 read with repairs, 1 refused, 1 left out as duplicate."
    )
    assert summary([READ, READ]) == "2 of 2 files were read: 20 notes."
    assert summary([READ]) == "Your file was read: 10 notes."
    assert summary([REFUSED]) == "Your file was not read."


def test_what_happened_is_one_line_a_file() -> None:
    assert messages([REFUSED]) == r"c\.mid is empty\."
    assert messages([REPAIRED, REFUSED]).splitlines() == [
        r"- b\.mid was read with repairs\.",
        r"- c\.mid is empty\.",
    ]


def test_outcomes_count_every_file() -> None:
    assert sum(outcomes(ALL).values()) == len(ALL)


def test_rows_and_csv_say_the_same() -> None:
    rows = report_rows(ALL)
    assert rows[0]["Length (s)"] == 4.3
    back = list(csv.DictReader(io.StringIO(as_csv(rows).decode("utf-8-sig"))))
    assert [row["Outcome"] for row in back] == [row["Outcome"] for row in rows]
    assert back[1]["What happened"] == REPAIRED.message
    assert as_csv([]).decode("utf-8-sig") == ""


def test_a_file_name_is_no_formula() -> None:
    rows = report_rows([FileReport("=HYPERLINK(1).mid", "read")])
    assert b"'=HYPERLINK" in as_csv(rows)
