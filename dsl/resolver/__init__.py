"""Names, types and dates: from the syntax tree to what an expression means over one catalog.

`resolve` finds everything that is wrong in one pass; each module here knows one subject.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl.ast import Segment
from dsl.catalog import Catalog
from dsl.dates import AsOf
from dsl.diagnostics import Diagnostic, has_errors
from dsl.resolved import ResolvedSegment
from dsl.resolver.conditions import resolve_tree
from dsl.resolver.context import Context, SegmentKey
from dsl.resolver.findings import Findings

__all__ = ["Resolution", "SegmentKey", "resolve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The resolved segment, None exactly when the diagnostics hold an error."""

    segment: ResolvedSegment | None
    diagnostics: tuple[Diagnostic, ...]


def resolve(
    tree: Segment,
    catalog: Catalog,
    as_of: AsOf,
    *,
    text: str = "",
    may_read_pii: bool = True,
    saved_as: SegmentKey | None = None,
) -> Resolution:
    """Return what the tree means on the day, with all findings in order of their places.

    `text` is the source of the tree; fixes that repeat parts of it need it. `saved_as` is the
    saved segment whose text this is, so that it cannot come to refer to itself.
    """
    findings = Findings(text=text)
    context = Context(
        catalog=catalog,
        as_of=as_of,
        findings=findings,
        may_read_pii=may_read_pii,
        trail=() if saved_as is None else (saved_as,),
    )
    segment = resolve_tree(context, tree)
    diagnostics = findings.in_order
    return Resolution(segment=None if has_errors(diagnostics) else segment, diagnostics=diagnostics)
