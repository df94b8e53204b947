"""How commands talk: tables or JSON on standard output, messages and progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from shutil import get_terminal_size
from time import perf_counter

import orjson
from rich import box
from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

__all__ = [
    "Bars", "Lines", "answers", "messages", "print_json", "print_line", "print_table",
    "progress_bars", "say",
]  # fmt: skip


UNBOUNDED = 10_000  # characters in a line


def answers() -> Console:
    """Return the console of standard output, for tables and trees; text is shown as it is.

    Into a file or a pipe, lines are as long as they need be, unless COLUMNS says otherwise.
    """
    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = get_terminal_size(fallback=(UNBOUNDED, 1)).columns
    return console


def messages() -> Console:
    """Return the console of standard error, where everything said to people goes."""
    return Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)


def say(text: str) -> None:
    """Print a line for people."""
    messages().print(text, markup=False)


def print_json(value: object) -> None:
    """Print one JSON document; decimals and ids as text, so that nothing is lost."""
    data = orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2)
    sys.stdout.write(data.decode() + "\n")


def print_line(text: str) -> None:
    """Print one line, however long."""
    answers().print(text, markup=False, soft_wrap=True)


def print_table(
    title: str | None, columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: int = 1
) -> None:
    """Print a table; all columns from number `right` on are aligned to the right."""
    console = answers()
    if title is not None:
        # A line of its own: as the table's title it would be broken to the table's width.
        console.print(f"\n{title}", markup=False, soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    for number, column in enumerate(columns):
        justify: JustifyMethod = "right" if number >= right else "left"
        table.add_column(column, justify=justify, overflow="fold")  # nothing is cut off
    for row in rows:
        table.add_row(*map(escape, row))
    console.print(table)


class Bars:
    """Progress of a service, drawn as one bar per step."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._step: TaskID | None = None

    def start(self, title: str, total: int | None = None) -> None:
        """Open a bar; without a total it only shows that work goes on."""
        self.finish()
        self._step = self._bars.add_task(title, total=total)

    def advance(self, units: int = 1) -> None:
        """Move the present bar."""
        if self._step is not None:
            self._bars.advance(self._step, units)

    def finish(self) -> None:
        """Fill the present bar."""
        if self._step is not None:
            task = self._bars.tasks[self._bars.task_ids.index(self._step)]
            total = task.total if task.total is not None else max(task.completed, 1)
            self._bars.update(self._step, total=total, completed=total)
            self._step = None


class Lines:
    """Progress for logs and pipes: one line per step, once it is done."""

    def __init__(self) -> None:
        self._title: str | None = None
        self._units = 0
        self._started = 0.0

    def start(self, title: str, total: int | None = None) -> None:  # noqa: ARG002 - lines do not need it
        """Begin a step."""
        self.finish()
        self._title, self._units, self._started = title, 0, perf_counter()

    def advance(self, units: int = 1) -> None:
        """Count what is done."""
        self._units += units

    def finish(self) -> None:
        """Print the step."""
        if self._title is not None:
            done = f"{self._units:,} in " if self._units else ""
            say(f"{self._title}: {done}{perf_counter() - self._started:.1f} s")
            self._title = None


@contextmanager
def progress_bars() -> Iterator[Bars | Lines]:
    """Show the progress of what happens inside, with the time each step took."""
    console = messages()
    if not console.is_terminal:
        lines = Lines()
        yield lines
        lines.finish()
        return
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bars:
        drawn = Bars(bars)
        yield drawn
        drawn.finish()
