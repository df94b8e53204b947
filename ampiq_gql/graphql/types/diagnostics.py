"""What is wrong in an expression, where, and how to mend it."""

from __future__ import annotations

import strawberry

import dsl.diagnostics as language
from ampiq_gql.graphql.enums import show_enum

__all__ = ["Diagnostic", "Fix"]

show_enum(
    language.Severity,
    description="How bad a finding is.",
    values={
        language.Severity.ERROR: "The expression cannot be evaluated.",
        language.Severity.WARNING: "The expression has a result, which may surprise.",
    },
)


@strawberry.type(description="One way to mend an expression: replace a range of it by a text.")
class Fix:
    """A fix that an editor can apply by itself."""

    title: str = strawberry.field(description="What the fix does, for a button.")
    start: int = strawberry.field(
        description="Where the replaced range begins, in characters from 0."
    )
    end: int = strawberry.field(description="Where the replaced range ends, exclusive.")
    replacement: str = strawberry.field(description="The text to put in its place.")

    @classmethod
    def from_domain(cls, fix: language.Fix) -> Fix:
        """Show a fix."""
        return cls(
            title=fix.title,
            start=fix.span.start,
            end=fix.span.end,
            replacement=fix.replacement,
        )


@strawberry.type(description="One finding about an expression.")
class Diagnostic:
    """A finding, with its place in the text."""

    code: str = strawberry.field(description="A stable code, such as `E201`.")
    severity: language.Severity = strawberry.field(description="How bad it is.")
    message: str = strawberry.field(description="What was found, in plain words.")
    start: int = strawberry.field(
        description="Where the range begins, in characters from the start of the text, from 0."
    )
    end: int = strawberry.field(description="Where the range ends, exclusive.")
    line: int = strawberry.field(description="The line in which the range begins, from 1.")
    column: int = strawberry.field(
        description="The column of that line at which the range begins, from 1."
    )
    fixes: list[Fix] = strawberry.field(description="Ways to mend it; empty when none is known.")

    @classmethod
    def from_domain(cls, text: str, found: language.Diagnostic) -> Diagnostic:
        """Show a finding about `text`."""
        line, column = language.locate(text, found.span.start)
        return cls(
            code=found.code,
            severity=found.severity,
            message=found.message,
            start=found.span.start,
            end=found.span.end,
            line=line,
            column=column,
            fixes=[Fix.from_domain(fix) for fix in found.fixes],
        )
