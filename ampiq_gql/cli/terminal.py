"""How commands talk: tables or JSON on standard output, messages and progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import orjson
from rich import box
from rich.console import Console
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

from ampiq_gql.errors import UserError
from dsl import Diagnostic
from dsl.diagnostics import locate, render

__all__ = [
    "Bars", "diagnostic_json", "messages", "print_json", "print_table", "progress_bars",
    "say", "say_diagnostics", "say_error",
]  # fmt: skip


def messages() -> Console:
    """Return the console of standard error, where everything said to people goes."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """Print a line for people."""
    messages().print(text, markup=False)


def say_error(error: UserError) -> None:
    """Print what is wrong, where, and how to mend it."""
    place = f" ({error.place})" if error.place else ""
    say(f"error {error.code}: {error.message}{place}")
    if error.hint:
        say(f"  fix: {error.hint}")


def say_diagnostics(text: str, diagnostics: Iterable[Diagnostic]) -> None:
    """Print each finding with its source line, carets and fixes."""
    for diagnostic in diagnostics:
        say(render(text, diagnostic))


def print_json(value: object) -> None:
    """Print one JSON document; decimals and ids as text, so that nothing is lost."""
    data = orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2)
    sys.stdout.write(data.decode() + "\n")


def print_table(
    title: str | None, columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: int = 1
) -> None:
    """Print a table; all columns from number `right` on are aligned to the right."""
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number >= right else "left")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False).print(table)


def diagnostic_json(text: str, diagnostic: Diagnostic) -> dict[str, object]:
    """Return a finding as `--json` shows it; offsets count characters from 0, lines from 1."""
    line, column = locate(text, diagnostic.span.start)
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "start": diagnostic.span.start,
        "end": diagnostic.span.end,
        "line": line,
        "column": column,
        "fixes": [{"title": fix.title, "text": fix.apply(text)} for fix in diagnostic.fixes],
    }


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


@contextmanager
def progress_bars() -> Iterator[Bars]:
    """Show the progress of what happens inside, with the time each step took."""
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=messages()) as bars:
        drawn = Bars(bars)
        yield drawn
        drawn.finish()
