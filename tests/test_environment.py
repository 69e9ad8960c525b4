"""The three places that name the dependencies say the same."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
CUSTOMERS_NINE = {
    "jupyterlab",
    "pandas",
    "scikit-learn",
    "lifetimes",
    "mlflow",
    "matplotlib",
    "papermill",
    "pytest",
    "nbval",
}


@pytest.fixture(scope="module")
def locked():
    text = (ROOT / "requirements.lock").read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", text, re.MULTILINE))


@pytest.fixture(scope="module")
def declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        lines += extra
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(one.name): one for one in found}


@pytest.fixture(scope="module")
def conda():
    content = yaml.safe_load((ROOT / "environment.yml").read_text())
    pip = next(
        item["pip"] for item in content["dependencies"] if isinstance(item, dict)
    )
    pinned = [Requirement(line) for line in pip if not line.startswith("-")]
    return {canonicalize_name(one.name): str(one.specifier)[2:] for one in pinned}


def test_the_customers_nine_are_declared(declared):
    assert CUSTOMERS_NINE <= set(declared)


def test_the_lock_meets_every_declaration(declared, locked):
    wrong = {
        name: locked.get(name)
        for name, one in declared.items()
        if name not in locked or not one.specifier.contains(locked[name])
    }
    assert wrong == {}


def test_conda_users_get_the_locked_set(declared, locked, conda):
    assert set(conda) == set(declared)
    assert {name: locked[name] for name in conda} == conda


def test_conda_python_is_one_that_the_project_takes():
    content = yaml.safe_load((ROOT / "environment.yml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    python = next(d for d in content["dependencies"] if str(d).startswith("python="))
    assert Requirement(f"x{project['requires-python']}").specifier.contains(
        python.removeprefix("python=")
    )


def test_the_lock_has_hashes_and_no_address():
    text = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^[a-z0-9.-]+==", text, re.MULTILINE)
    assert len(pins) > 100
    assert text.count("--hash=sha256:") >= len(pins)
    assert not re.search(r"https?://|--index|file:", text)


def test_version_and_changelog_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = re.search(
        r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert newest is not None
    assert newest.group(1) == project["version"]
    from workbench import __version__

    assert __version__ == project["version"]
