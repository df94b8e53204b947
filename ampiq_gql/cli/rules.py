"""The rules of classification in the terminal: `ampiq rules list|set|reset`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from ampiq_gql.build.flags.rules import ClassificationRule
from ampiq_gql.cli.exports import ACTOR
from ampiq_gql.cli.options import Json
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_json, print_table, say

__all__ = ["register"]

Name = Annotated[str, typer.Argument(metavar="RULE", help="The rule, such as business_words.")]

group = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="rules")


@group.callback()
def rules() -> None:
    """Limits and words by which customers are classified."""


@group.command("list")
def list_rules(context: typer.Context, json: Json = False) -> None:
    """List all rules: what holds from the next build on, and what the settings say."""
    with open_services(context) as services:
        found = services.rules.all()
    if json:
        print_json([_plain(one) for one in found])
        return
    rows = [(one.name, _shown(one.value), one.edited_by or "", one.description) for one in found]
    print_table(None, ("rule", "value", "edited by", "meaning"), rows, right=9)


@group.command("set")
def set_rule(
    context: typer.Context,
    name: Name,
    values: Annotated[
        list[str],
        typer.Argument(
            metavar="VALUE…", help="A number, a name, or the words of a list, each by itself."
        ),
    ],
    json: Json = False,
) -> None:
    """Change a rule; the next build follows it. Several words make a list of them."""
    with open_services(context) as services:
        is_list = any(
            one.name == name and isinstance(one.stated, (list, tuple))
            for one in services.rules.all()
        )
        wanted: object = list(values) if is_list or len(values) > 1 else values[0]
        found = services.rules.edit({name: wanted}, ACTOR)
    _show(found, name, json=json)


@group.command()
def reset(context: typer.Context, name: Name, json: Json = False) -> None:
    """Leave a rule to the settings again; the next build follows them."""
    with open_services(context) as services:
        found = services.rules.edit({name: None}, ACTOR)
    _show(found, name, json=json)


def _show(found: Sequence[ClassificationRule], name: str, *, json: bool) -> None:
    rule = next(one for one in found if one.name == name)
    if json:
        print_json(_plain(rule))
        return
    say(f"{rule.name} is {_shown(rule.value)} from the next build on.")


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "(none)"
    return str(value) if value != "" else "(none)"


def _plain(rule: ClassificationRule) -> dict[str, object]:
    return {
        "name": rule.name,
        "value": rule.value,
        "statedValue": rule.stated,
        "decides": list(rule.decides),
        "description": rule.description,
        "editedBy": rule.edited_by,
        "editedAt": None if rule.edited_at is None else rule.edited_at.isoformat(),
    }
