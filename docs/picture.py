"""Draws docs/demo.svg: what `ampiq demo` really prints, as a terminal shows it.

Run by `make picture`, in a home that `make demo` has filled.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 84
COMMAND = "ampiq demo"


def main() -> None:
    """Run the demonstration without its server and keep a picture of the tables and the tree."""
    ampiq = Path(sys.executable).parent / "ampiq"
    printed = subprocess.run(  # noqa: S603 - our own command
        [ampiq, "demo", "--no-serve"],
        check=True,
        capture_output=True,
        text=True,
        env={"COLUMNS": str(COLUMNS), "FORCE_COLOR": "1", "PATH": "/usr/bin:/bin"},
    ).stdout
    console = Console(record=True, width=COLUMNS, file=Path("/dev/null").open("w"))  # noqa: SIM115
    console.print(Text(f"$ {COMMAND}", style="bold"))
    console.print(Text.from_ansi(printed))
    svg = console.export_svg(title=COMMAND)
    # A picture in a repository fetches no fonts: the reader's own monospace does.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL).replace("Fira Code, ", "")
    (Path(__file__).parent / "demo.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
