"""What is made ready unasked is what pages need, and nothing where no server runs."""

import sys
import threading
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from ui import warming
from ui.warming import PAGES, begin_no_more, imported, modules_of, warm_up, when_idle


@pytest.mark.parametrize("page", sorted(PAGES.glob("[0-9]_*.py")), ids=lambda page: page.stem)
def test_all_that_a_page_imports_is_found(page: Path) -> None:
    found = modules_of(page)
    assert "streamlit" in found
    assert "ui.page" in found
    assert all(find_spec(name) for name in found)


def test_modules_inside_packages_are_found_too(tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text("import json\nfrom ui.explore import pieces\nif True:\n    import csv\n")
    found = modules_of(page)
    assert found[:2] == ["json", "ui.explore"]
    assert {"ui.explore.corpus_map", "ui.explore.tokens"} < set(found)
    assert "csv" not in found


def test_importing_makes_modules_available() -> None:
    imported("wave", "csv")
    assert {"wave", "csv"} <= set(sys.modules)
    with pytest.raises(ModuleNotFoundError):
        imported("no_such_module")


def test_nothing_is_done_unasked_where_no_server_runs() -> None:
    before = threading.active_count()
    when_idle([lambda: pytest.fail("done unasked")])
    warm_up()
    assert threading.active_count() == before


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a server, but at once."""
    monkeypatch.setattr(warming, "_leaving", threading.Event())
    monkeypatch.setattr(warming, "beside_pages", lambda work, _: work())


@pytest.mark.usefixtures("served")
def test_what_cannot_be_made_ready_is_told_to_whoever_runs_the_server(
    caplog: pytest.LogCaptureFixture,
) -> None:
    when_idle([partial(imported, "no_such_module")])
    assert "no_such_module" in caplog.text


@pytest.mark.usefixtures("served")
def test_nothing_is_begun_any_more_when_the_server_is_about_to_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []

    def interrupted() -> None:
        done.append("first")
        begin_no_more()
        raise RuntimeError

    when_idle([interrupted])
    when_idle([lambda: done.append("second")])
    assert done == ["first"]
    assert not caplog.text
