"""The plan of a build in the terminal: its tables in build order, each with what it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from rich.text import Text

from ampiq_gql.build.planning import Action, BuildPlan, PlannedTable
from ampiq_gql.cli.terminal import answers

__all__ = ["plan_document", "print_plan"]

COLOURS = {
    Action.ANEW: "yellow",
    Action.INCREMENTAL: "cyan",
    Action.KEPT: "green",
    Action.LOADED: "bold",
    Action.UNNEEDED: "dim",
    Action.EMPTY: "dim",
}


def plan_document(plan: BuildPlan) -> dict[str, object]:
    """Return the plan as a JSON document."""
    return {
        "former_build": plan.former.build_id if plan.former else None,
        "full_reason": plan.full_reason,
        "is_current": plan.is_current,
        "tables": [asdict(table) for table in plan.tables],
    }


def print_plan(plan: BuildPlan) -> None:
    """Print the graph: sources first, then each table after all that it reads."""
    console = answers()
    console.print(Text(_headline(plan)), soft_wrap=True)
    shown = [table for table in plan.tables if table.action is not Action.EMPTY]
    widths = max(len(_title(table)) for table in shown), max(len(one.value) for one in Action)
    for table in shown:
        for line in _lines(table, *widths):
            console.print(line, soft_wrap=True)
    empty = ", ".join(table.name for table in plan.tables if table.action is Action.EMPTY)
    if empty:
        console.print(Text(f"empty: {empty}", style="dim"), soft_wrap=True)


def _headline(plan: BuildPlan) -> str:
    if plan.is_current:
        return "nothing has changed: the current build would stay"
    if plan.former is None:
        return f"a full build: {plan.full_reason}"
    return f"a build on {plan.former.build_id}"


def _lines(table: PlannedTable, name_width: int, action_width: int) -> Iterator[Text]:
    """Yield what happens to the table, and below it what it reads."""
    rows = "" if table.former_rows is None else f"  {table.former_rows:,} rows"
    reason = f"  {table.reason}" if table.reason else ""
    yield Text.assemble(
        f"{_title(table):<{name_width}}  ",
        (f"{table.action.value:<{action_width}}", COLOURS[table.action]),
        f"{rows}{reason}",
    )
    if table.reads:
        yield Text(f"  └ {', '.join(table.reads)}", style="dim")


def _title(table: PlannedTable) -> str:
    return f"({table.name})" if table.is_scratch else table.name
