"""Who may import whom (pages -> ui -> models -> musiccore), and who may load TensorFlow.

Read from the source, so that an import inside a function counts too.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ["musiccore", "models", "ui", "pages"]  # each may import itself and those before it
SCREEN = {"streamlit", "plotly", "altair"}
TRAINING = {"tensorflow", "keras"}
# Imports of Keras and TensorFlow stand in functions of these, which a process calls to train.
TRAINERS = {"models.network", "models.training"}
LEARNING = "models.learning"
"""The package that is loaded with TensorFlow, by the training process alone."""


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_of(path: Path) -> str:
    """The home page, streamlit_app.py, is a page."""
    top = path.relative_to(ROOT).parts[0]
    return top if top in LAYERS else "pages"


SOURCES = sorted(
    path
    for layer in LAYERS
    for path in (ROOT / layer).rglob("*.py")
    if "__pycache__" not in path.parts
) + sorted(ROOT.glob("streamlit_app.py"))
every_source = pytest.mark.parametrize(
    "path", SOURCES, ids=[str(path.relative_to(ROOT)) for path in SOURCES]
)


def names(node: ast.AST, path: Path) -> Iterator[str]:
    """The absolute names of the modules that an import statement asks for."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = path.relative_to(ROOT).parts[:-1]
        above = package[: len(package) + 1 - node.level] if node.level else ()
        yield ".".join([*above, *([node.module] if node.module else [])])


def imported(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return {name.split(".")[0] for node in nodes for name in names(node, path)}


def loaded(path: Path) -> set[str]:
    """What importing the module itself imports: all but what functions and type checkers do."""

    def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
        for statement in body:
            yield statement
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
                yield from statements(statement.orelse)
                continue
            for part in ["body", "orelse", "finalbody"]:
                yield from statements(getattr(statement, part, []))
            for handler in getattr(statement, "handlers", []):
                yield from statements(handler.body)

    tree = ast.parse(path.read_text())
    return {
        name.split(".")[0] for statement in statements(tree.body) for name in names(statement, path)
    }


@every_source
def test_nothing_is_imported_from_a_layer_above(path: Path) -> None:
    above = LAYERS[LAYERS.index(layer_of(path)) + 1 :]
    assert imported(path).isdisjoint([*above, "streamlit_app", "tests", "benchmarks"])


@every_source
def test_pages_do_not_import_each_other(path: Path) -> None:
    if layer_of(path) == "pages":
        assert imported(path).isdisjoint({"pages", "streamlit_app"})


@every_source
def test_music_and_models_know_no_screen(path: Path) -> None:
    if layer_of(path) in {"musiccore", "models"}:
        assert imported(path).isdisjoint(SCREEN)


@every_source
def test_only_what_trains_imports_tensorflow_and_only_when_it_does(path: Path) -> None:
    if module_name(path).startswith(LEARNING):
        return
    assert loaded(path).isdisjoint(TRAINING)
    asked = {name for node in ast.walk(ast.parse(path.read_text())) for name in names(node, path)}
    if module_name(path) not in TRAINERS:
        assert imported(path).isdisjoint(TRAINING)
        assert not any(name.startswith(LEARNING) for name in asked)


def test_a_process_with_the_whole_app_in_it_has_no_tensorflow() -> None:
    """Also not by way of a library: it costs 7 s and 590 MiB in the process that serves pages."""
    modules = [
        module_name(path)
        for path in SOURCES
        if layer_of(path) != "pages"
        and path.stem != "__main__"
        and not module_name(path).startswith(LEARNING)
    ]
    code = f"""
import importlib, sys
for name in {["streamlit", *modules]!r}:
    importlib.import_module(name)
    for heavy in {sorted(TRAINING)!r}:
        assert heavy not in sys.modules, f"{{name}} loads {{heavy}}"
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
