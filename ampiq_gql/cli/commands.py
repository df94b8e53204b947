"""All commands by name; the module of a command is imported when that command runs.

Databases, models and the web stack take seconds to import; `ampiq --help` and `ampiq fmt` use none
of them. Until it runs, a command is a stand-in that knows only its summary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

__all__ = ["COMMANDS", "LazyCommand", "LazyGroup"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyCommand:
    """The module of `ampiq_gql.cli` that registers a command, and the line that help shows."""

    module: str
    summary: str

    def stand_in(self) -> None:
        """Hold the command's place in the list; `LazyGroup` runs the real one."""


COMMANDS: Mapping[str, LazyCommand] = MappingProxyType(
    {
        name: LazyCommand(module=module, summary=summary)
        for name, module, summary in (
            ("demo", "demo", "Load a shop's data, build, show segments, then serve."),
            (
                "ingest",
                "data",
                "Load files; bad rows go to quarantine, with line and reason.",
            ),
            ("loads", "loads", "What was loaded; take a load back."),
            ("quarantine", "quarantine", "Rows that could not be loaded."),
            ("build", "building", "Make the customer-360 of what has been loaded."),
            ("builds", "builds", "The builds that are kept; go back to one, or let one go."),
            ("validate", "validation", "Print what the checks of a build found; exit 1 on errors."),
            ("features", "features", "Tell what works with the data, and what to supply."),
            ("explain", "explaining", "Tell the flags of a customer and why each is so."),
            ("rules", "rules", "Limits and words by which customers are classified."),
            ("tables", "tables", "List the tables of the customer-360, or one table's columns."),
            ("attach", "attaching", "Show tables of your database as a customer-360, uncopied."),
            ("check", "language", "Tell whether an expression is right."),
            ("fmt", "formatting", "Print an expression in its canonical form."),
            ("sql", "language", "Print the SQL of an expression."),
            ("count", "language", "Print how many customers an expression holds."),
            ("export", "language", "Write the customers of an expression or segment to a file."),
            ("query", "queries", "Run one SELECT over the tables of the customer-360."),
            ("queries", "queries", "Saved SQL queries, and the lists of customers that they make."),
            ("files", "files", "Uploaded files: lists of customers, tables beside the data."),
            ("train", "models", "Train the lifetime value model and test it."),
            ("predict", "models", "Score every customer by the active model."),
            ("models", "models", "List the trained versions, the newest first."),
            ("plugins", "plugins", "Destinations and attribute sources, ours and others'."),
            ("serve", "server", "Serve the GraphQL API at /graphql, with GraphiQL in a browser."),
            ("schema", "server", "Print the GraphQL schema."),
            ("doctor", "doctor", "Look at the installation; exit 1 when something needs mending."),
        )
    }
)


class LazyGroup(TyperGroup):
    """A group that puts the real command in the place of its stand-in as it is called."""

    # `Any`: the classes of these values are private to typer, and move between its versions.
    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that is called."""
        name = args[0]
        if name in COMMANDS:
            part = typer.Typer(add_completion=False, rich_markup_mode=None)
            import_module(f"ampiq_gql.cli.{COMMANDS[name].module}").register(part)
            self.commands[name] = get_group(part).commands[name]
        return super().resolve_command(ctx, args)
