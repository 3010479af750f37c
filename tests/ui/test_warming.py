"""What is made ready unasked is what pages need, and nothing where no server runs."""

import sys
import threading
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


def test_nothing_is_begun_any_more_when_the_server_is_about_to_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(warming, "_leaving", threading.Event())
    monkeypatch.setattr(warming, "beside_pages", lambda work, _: work())
    done: list[str] = []
    steps = [lambda: done.append("first"), begin_no_more, lambda: done.append("third")]
    when_idle(steps)
    assert done == ["first"]
