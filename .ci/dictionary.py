"""Write the data dictionary of ``tables.py`` anew into ``data/README.md``."""

from __future__ import annotations

from pathlib import Path

from workbench.tables import dictionary

BEGIN, END = "<!-- dictionary -->\n", "<!-- end of dictionary -->"


def main() -> None:
    file = Path(__file__).parents[1] / "data" / "README.md"
    before, rest = file.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    text = f"{before}{BEGIN}\n{dictionary().strip()}\n\n{END}{after}"
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
