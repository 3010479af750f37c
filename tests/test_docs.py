"""What the docs name is there, and what is there is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "docs/deploy.md"
CODE = ("streamlit_app.py", "pages", "ui", "models", "musiccore", "scripts", "benchmarks")
VARIABLE = re.compile(r"\bGRUVE_[A-Z][A-Z_]*[A-Z]\b")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def in_code() -> set[str]:
    paths = [p for name in CODE for p in (ROOT / name, *(ROOT / name).rglob("*"))]
    texts = (p.read_text("utf-8") for p in paths if p.is_file() and p.suffix in (".py", ".sh", ""))
    return {name for text in texts for name in VARIABLE.findall(text)}


def in_tables() -> set[str]:
    rows = (line for line in DEPLOY.read_text().splitlines() if line.startswith("| `"))
    return {name for row in rows for name in VARIABLE.findall(row.split("|")[1])}


def test_every_variable_is_documented_and_every_documented_one_is_there() -> None:
    assert in_code() == in_tables()


@pytest.mark.parametrize("page", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)[)#]", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_benchmark_is_explained() -> None:
    from benchmarks.__main__ import MEASUREMENTS

    explained = re.findall(r"^\| `([a-z]+)`", (ROOT / "docs/figures.md").read_text(), re.M)
    assert set(explained) == set(MEASUREMENTS)


def test_every_module_that_the_architecture_names_is_there() -> None:
    named = re.findall(r"`((?:musiccore|models|ui|pages|scripts)/[\w/.]+)`", _architecture())
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def _architecture() -> str:
    return (ROOT / "docs/architecture.md").read_text()
