"""How all tests run: a busy machine is no reason to fail, what is installed is found once."""

import gc
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("gruve", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gruve")


@pytest.fixture(scope="session", autouse=True)
def installed_components_are_looked_for_once() -> Iterator[None]:
    """Every new AppTest reads about all installed packages, in search of Streamlit components:
    longer than most pages need to run."""
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as once:
        search = cache(manifest_scanner.scan_component_manifests)
        once.setattr(manifest_scanner, "scan_component_manifests", search)
        yield


@pytest.fixture(scope="module", autouse=True)
def what_was_imported_is_no_garbage() -> None:
    """Where a test before has imported Keras, Streamlit has it forget its session after each run of
    a page, and Keras searches all there is for garbage: a third of a second, longer than most pages
    need to run. In the app there is no Keras."""
    gc.collect()
    gc.freeze()
