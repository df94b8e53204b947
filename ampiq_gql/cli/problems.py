"""What an error becomes: words on standard error, or with `--json` one document in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from ampiq_gql.cli.terminal import print_json, say
from ampiq_gql.errors import UserError

if TYPE_CHECKING:
    from dsl import Diagnostic

__all__ = ["show_fault", "show_problem", "show_wrong_expression"]

INVALID_EXPRESSION = "INVALID_EXPRESSION"


def show_problem(error: UserError, *, as_json: bool) -> None:
    """Show what is wrong, where, and how to mend it."""
    if error.code == INVALID_EXPRESSION:
        # Imported here: only who asked about data has it loaded, and gets this error.
        from ampiq_gql.segments import InvalidExpression

        if isinstance(error, InvalidExpression):
            show_wrong_expression(error.text, error.diagnostics, as_json=as_json)
            return
    if as_json:
        print_json({"error": _document(error.code, error.message, error.hint, error.place)})
        return
    # A field of a service's input is no place that somebody in a shell knows.
    place = f" ({error.place})" if error.place and not error.place.isidentifier() else ""
    say(f"error {error.code}: {error.message}{place}")
    if error.hint:
        say(f"  fix: {error.hint}")


def show_wrong_expression(text: str, diagnostics: Sequence[Diagnostic], *, as_json: bool) -> None:
    """Show all findings of an expression that cannot be used."""
    # Imported here: the grammar is loaded by those who read an expression.
    from ampiq_gql.cli.findings import diagnostic_json, say_diagnostics

    if not as_json:
        say_diagnostics(text, diagnostics)
        return
    problem = _document(INVALID_EXPRESSION, "The expression has errors.")
    problem["diagnostics"] = [diagnostic_json(text, one) for one in diagnostics]
    print_json({"error": problem})


def show_fault(*, as_json: bool) -> None:
    """Log the exception that is being handled, and show that it is ours, with its number."""
    # Imported here: most commands log nothing.
    from ampiq_gql.cli.log import log_fault

    number = uuid4().hex
    log_fault(number)
    message = "AmpIQ failed; that is a fault of ours, not of your input."
    say(f"{message} Its number is {number}.")
    if as_json:
        print_json({"error": _document("FAULT", message) | {"number": number}})


def _document(
    code: str, message: str, hint: str | None = None, place: str | None = None
) -> dict[str, object]:
    return {"code": code, "message": message, "hint": hint, "place": place}
