"""The lists of packages agree with each other, with what is installed and with what is imported."""

import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from streamlit import config

from tests.test_layers import LAYERS, SOURCES

ROOT = Path(__file__).resolve().parent.parent
TENSORFLOW = {"tensorflow", "tensorflow-cpu"}


def requirements(list_name: str) -> list[Requirement]:
    lines = (line.split("#")[0].strip() for line in (ROOT / list_name).read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


@pytest.mark.parametrize("list_name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_and_the_pinned_version_is_the_one_tested(list_name: str) -> None:
    for requirement in requirements(list_name):
        (pin,) = requirement.specifier
        assert pin.operator == "==", requirement.name
        if requirement.marker is None or requirement.marker.evaluate():
            assert version(requirement.name) == pin.version, requirement.name


@pytest.mark.parametrize(
    ("system", "machine", "tensorflow"),
    [
        ("Linux", "x86_64", {"tensorflow-cpu"}),
        ("Linux", "aarch64", {"tensorflow"}),
        ("Darwin", "arm64", {"tensorflow"}),
        ("Darwin", "x86_64", set()),  # no longer built there
        ("Windows", "AMD64", {"tensorflow"}),
    ],
)
def test_every_system_gets_its_tensorflow(system: str, machine: str, tensorflow: set[str]) -> None:
    here = {"platform_system": system, "platform_machine": machine}
    names = [
        requirement.name
        for requirement in requirements("requirements.txt")
        if requirement.marker is None or requirement.marker.evaluate(here)
    ]
    assert set(names) & TENSORFLOW == tensorflow
    assert len(names) == len(set(names))
    assert "cryptography" in names


def test_the_gpu_list_differs_in_tensorflow_only() -> None:
    plain = {r.name: str(r.specifier) for r in requirements("requirements.txt")}
    gpu = {r.name: r for r in requirements("requirements-gpu.txt")}
    assert gpu.keys() - TENSORFLOW == plain.keys() - TENSORFLOW
    assert gpu["tensorflow"].extras == {"and-cuda"}
    assert str(gpu["tensorflow"].specifier) == plain["tensorflow"]


def test_whatever_is_imported_is_in_the_list() -> None:
    """What came along with something else today may not tomorrow."""
    known = packages_distributions()
    listed = {canonicalize_name(r.name) for r in requirements("requirements.txt")}
    modules = set().union(*(source.imported for source in SOURCES))
    for module in sorted(modules - sys.stdlib_module_names - set(LAYERS)):
        packages = {canonicalize_name(name) for name in known.get(module, [module])}
        assert packages & listed, f"{module} is imported, but not in requirements.txt"


def test_community_cloud_installs_the_same_system_packages() -> None:
    packages = (ROOT / "packages.txt").read_text().splitlines()
    # The last is for hosts with little memory: a laptop has no need of it.
    assert packages == ["fluidsynth", "fluid-soundfont-gm", "timgm6mb-soundfont"]
    assert all(f"need {name}" in (ROOT / "scripts/lib.sh").read_text() for name in packages[:-1])


def test_streamlit_knows_every_setting() -> None:
    known = config.get_config_options()
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())
    for section, options in settings.items():
        for option, value in options.items():
            if isinstance(value, dict):
                assert {f"{section}.{option}.{name}" for name in value} <= known.keys()
            else:
                assert f"{section}.{option}" in known


def test_visitors_see_no_traceback_and_nobody_is_told_of_them() -> None:
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["server"]["enableXsrfProtection"] is True
