"""Write environment.yml from pyproject.toml and requirements.lock, for conda users."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = """\
# The same set as requirements.lock, for conda users:
#   conda env create -f environment.yml && conda activate workbench
name: workbench
channels: [conda-forge]
dependencies:
  - python=3.11
  - pip
  - pip:
"""


def main() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    locked = dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", lock, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        declared += extra
    lines = []
    for requirement in declared:
        name, extra = re.match(r"([A-Za-z0-9._-]+)(\[[^]]*\])?", requirement).groups()
        lines.append(f"      - {name}{extra or ''}=={locked[name.lower()]}")
    lines = [*sorted(lines), "      - --editable ."]
    (ROOT / "environment.yml").write_text(HEAD + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
