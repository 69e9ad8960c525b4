"""``python -m workbench.tracking FOLDER``: publish a folder in a process of its own."""

from __future__ import annotations

import sys

from workbench.errors import UsageError, WorkbenchError


def main(arguments: list[str]) -> int:
    """Publish a run's folder, or with ``champion BUNDLE`` register a bundle."""
    try:
        match arguments:
            case ["champion", bundle]:
                from workbench.tracking.champion import register_champion

                register_champion(bundle)
            case [folder]:
                from workbench.tracking.publishing import publish

                publish(folder)
            case _:
                raise UsageError(
                    "expected FOLDER or 'champion BUNDLE', found "
                    f"{' '.join(arguments) or 'nothing'}"
                )
    except WorkbenchError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
