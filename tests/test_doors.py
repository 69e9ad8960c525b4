"""One door a package: ``__all__`` is sorted, complete, and leads somewhere."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

import workbench
from workbench.doors import lazily

PACKAGES = sorted(
    module.name
    for module in pkgutil.iter_modules(workbench.__path__, "workbench.")
    if module.ispkg
)


def test_there_are_packages():
    assert len(PACKAGES) >= 10


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_of_the_door_leads_somewhere(package):
    door = importlib.import_module(package)
    assert list(door.__all__) == sorted(door.__all__)
    for name in door.__all__:
        assert getattr(door, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'BGNDB'"):
        lazily("workbench.models", {"BGNBD": "bgnbd"})("BGNDB")


def test_reading_a_store_loads_no_model():
    asked = "import sys; from workbench.ingest import open_store; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "workbench.ingest.snapshot" in loaded
    assert {"sklearn", "scipy", "workbench.models"}.isdisjoint(loaded)
