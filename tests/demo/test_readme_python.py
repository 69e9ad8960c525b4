"""The README's Python, as a script, on the demo's store."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs_from_top_to_bottom(home, tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 3
    code = "\n".join(textwrap.dedent(block) for block in blocks)
    body = textwrap.indent(code, "    ")
    script = tmp_path / "readme.py"
    script.write_text(f'if __name__ == "__main__":\n{body}', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script],
        env={**os.environ, "WORKBENCH_HOME": str(home)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "NotIndependent" in done.stderr
