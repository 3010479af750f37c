"""Who may import whom (pages -> ui -> models -> musiccore), and who may load TensorFlow.

Read from the source, so that an import inside a function counts too.
"""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ["musiccore", "models", "ui", "pages"]  # each may import itself and those before it
SCREEN = {"streamlit", "plotly", "altair"}
TRAINING = {"tensorflow", "keras"}
# Imports of Keras and TensorFlow stand in functions of these, which a process calls to train.
TRAINERS = {"models.network", "models.training"}
LEARNING = "models.learning"
"""The package that is loaded with TensorFlow, by the training process alone."""


def names(node: ast.AST, path: Path) -> Iterator[str]:
    """The absolute names of the modules that an import statement asks for."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = path.relative_to(ROOT).parts[:-1]
        above = package[: len(package) + 1 - node.level] if node.level else ()
        yield ".".join([*above, *([node.module] if node.module else [])])


def at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """What runs when a module is imported: all but what functions and type checkers do."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from at_import(statement.orelse)
            continue
        for part in ["body", "orelse", "finalbody"]:
            yield from at_import(getattr(statement, part, []))
        for handler in getattr(statement, "handlers", []):
            yield from at_import(handler.body)


class Source:
    """One file of the app: its module's name, its layer, and what it imports."""

    def __init__(self, path: Path) -> None:
        parts = path.relative_to(ROOT).with_suffix("").parts
        self.path = path
        self.stem = path.stem
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.layer = parts[0] if parts[0] in LAYERS else "pages"  # the home page is a page
        tree = ast.parse(path.read_text())
        self.asked = {name for node in ast.walk(tree) for name in names(node, path)}
        self.imported = {name.split(".")[0] for name in self.asked}
        at_once = {name for node in at_import(tree.body) for name in names(node, path)}
        self.loaded = {name.split(".")[0] for name in at_once}


SOURCES = [
    Source(path)
    for layer in LAYERS
    for path in sorted((ROOT / layer).rglob("*.py"))
    if "__pycache__" not in path.parts
] + [Source(ROOT / "streamlit_app.py")]


def offenders(forbidden: Callable[[Source], Iterable[str]]) -> list[str]:
    """What is imported though it may not be, a line each."""
    return [f"{source.name}: {name}" for source in SOURCES for name in forbidden(source)]


def test_nothing_is_imported_from_a_layer_above() -> None:
    def forbidden(source: Source) -> set[str]:
        above = LAYERS[LAYERS.index(source.layer) + 1 :]
        return source.imported & {*above, "streamlit_app", "tests", "benchmarks"}

    assert not offenders(forbidden)


def test_pages_do_not_import_each_other() -> None:
    def forbidden(source: Source) -> set[str]:
        return source.imported & {"pages", "streamlit_app"} if source.layer == "pages" else set()

    assert not offenders(forbidden)


def test_music_and_models_know_no_screen() -> None:
    def forbidden(source: Source) -> set[str]:
        return source.imported & SCREEN if source.layer in {"musiccore", "models"} else set()

    assert not offenders(forbidden)


def test_only_what_trains_imports_tensorflow_and_only_when_it_does() -> None:
    def forbidden(source: Source) -> set[str]:
        if source.name.startswith(LEARNING):
            return set()
        at_once = source.loaded & TRAINING
        if source.name in TRAINERS:
            return at_once
        learning = {name for name in source.asked if name.startswith(LEARNING)}
        return at_once | source.imported & TRAINING | learning

    assert not offenders(forbidden)


def test_a_process_with_the_whole_app_in_it_has_no_tensorflow() -> None:
    """Also not by way of a library: it costs 7 s and 590 MiB in the process that serves pages."""
    modules = [
        source.name
        for source in SOURCES
        if source.layer != "pages"
        and source.stem != "__main__"
        and not source.name.startswith(LEARNING)
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
