"""Store a run's outputs in the cells marked NBVAL_CHECK_OUTPUT, and strip all others.

    python .ci/store_outputs.py data/demo/runs/demo-1998-06-30-…

nbval compares the marked cells with what is stored; the other outputs never enter git.
"""

import sys
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def main(run: Path) -> None:
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        file, found = run / path.stem / "executed.ipynb", {}
        if file.is_file():  # a notebook that the run has not needs no marked cell
            found = {cell.id: cell for cell in nbformat.read(file, as_version=4).cells}
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for count, cell in enumerate(code, start=1):
            marked = "NBVAL_CHECK_OUTPUT" in cell.source
            cell.outputs = found[cell.id].outputs if marked else []
            cell.execution_count = count if marked else None
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
