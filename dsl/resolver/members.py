"""`member of …`: saved segments, resolved in their turn, and other lists of customers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dsl.ast import Member
from dsl.ast import Segment as SegmentTree
from dsl.catalog import ListKind, MemberList, SavedSegment
from dsl.diagnostics import Diagnostic, Fix, Severity
from dsl.literals import quoted
from dsl.parser import parse
from dsl.resolved import Condition, InList, InSegment, Not, ResolvedSegment, SegmentReference
from dsl.resolver.context import Context, SegmentKey, Uses
from dsl.resolver.findings import Findings
from dsl.suggestions import Candidate, nearest

__all__ = ["resolve_member"]

_MAX_DEPTH = 20  # as deep as an expression may be nested
_LISTS = (ListKind.LIST, ListKind.FILE, ListKind.QUERY, ListKind.CAMPAIGN)

ResolveTree = Callable[[Context, SegmentTree], ResolvedSegment | None]


def resolve_member(context: Context, member: Member, resolve_tree: ResolveTree) -> Condition | None:
    """Return the members of a segment or list; `resolve_tree` resolves a segment's own text."""
    leaf = (
        _segment(context, member, resolve_tree)
        if member.kind is ListKind.SEGMENT
        else _list(context, member)
    )
    if leaf is None:
        return None
    return Not(operand=leaf) if member.is_negated else leaf


# --- lists ----------------------------------------------------------------------------------------


def _list(context: Context, member: Member) -> InList | None:
    """`list` means a list of any kind; the other words mean lists of theirs."""
    kinds = _LISTS if member.kind is ListKind.LIST else (member.kind,)
    for kind in kinds:
        found = context.catalog.member_list(kind, member.name.value)
        if found is not None:
            return _in_list(kind, found)
    names = [name for kind in kinds for name in context.catalog.names(kind)]
    _report_unknown(context, member, names)
    return None


def _in_list(kind: ListKind, found: MemberList) -> InList:
    return InList(kind=kind, name=found.name, selectable=found.selectable, id=found.id_column)


def _report_unknown(context: Context, member: Member, names: list[str]) -> None:
    written = member.name.value
    near = nearest(written, map(Candidate, names))
    message = f"no {member.kind.value} is named {quoted(written)}"
    if near:
        message += f"; did you mean {' or '.join(map(quoted, near))}?"
    span = member.name.span
    fixes = [Fix(f"write {quoted(name)}", span, quoted(name)) for name in near]
    context.findings.error("E203", message, member.name, *fixes)


# --- segments -------------------------------------------------------------------------------------


def _segment(context: Context, member: Member, resolve_tree: ResolveTree) -> InSegment | None:
    saved = context.catalog.segment(member.name.value)
    if saved is None:
        _report_unknown(context, member, list(context.catalog.names(ListKind.SEGMENT)))
        return None
    if (problem := _problem(context, saved)) is not None:
        context.findings.error("E203", problem, member.name)
        return None
    if saved.id not in context.segments:
        context.segments[saved.id] = _resolve_saved(context, saved, resolve_tree)
    segment = context.segments[saved.id]
    if isinstance(segment, Diagnostic):
        message = f"segment {quoted(saved.name)} cannot be used: {segment.message}"
        context.findings.error("E203", message, member.name)
        return None
    _note_uses(context, member, saved, segment)
    return InSegment(id=saved.id, name=saved.name, segment=segment)


def _problem(context: Context, saved: SavedSegment) -> str | None:
    """Why a segment that exists cannot be used here."""
    name = quoted(saved.name)
    ids = [step.id for step in context.trail]
    if saved.id in ids:
        loop = [*(step.name for step in context.trail[ids.index(saved.id) :]), saved.name]
        return f"segments would go round in a circle: {' → '.join(map(quoted, loop))}"
    if not saved.is_active:
        return f"segment {name} is a draft; activate it first"
    if len(context.trail) > _MAX_DEPTH:
        return f"segments refer to each other more than {_MAX_DEPTH} deep"
    return None


def _resolve_saved(
    context: Context, saved: SavedSegment, resolve_tree: ResolveTree
) -> ResolvedSegment | Diagnostic:
    """Resolve a segment's own text; whoever may use it need not see what it tests."""
    parsed = parse(saved.text)
    findings = Findings(text=saved.text)
    inner = replace(
        context,
        findings=findings,
        may_read_pii=True,
        trail=(*context.trail, SegmentKey(id=saved.id, name=saved.name)),
        row_table=None,
        uses=Uses(),
    )
    segment = None if parsed.tree is None else resolve_tree(inner, parsed.tree)
    if segment is not None:
        return segment
    found = (*parsed.diagnostics, *findings.in_order)
    return next(each for each in found if each.severity is Severity.ERROR)


def _note_uses(
    context: Context, member: Member, saved: SavedSegment, segment: ResolvedSegment
) -> None:
    """Remember the segment with all it uses: segments, columns of another day, the clock."""
    references = context.uses.references
    for indirect in segment.references:
        references.setdefault(indirect.id, replace(indirect, is_direct=False))
    references[saved.id] = SegmentReference(
        id=saved.id, name=saved.name, is_direct=True, definition_hash=segment.definition_hash
    )
    context.uses.reads_clock |= segment.reads_clock
    for column in segment.snapshot_columns:
        context.uses.snapshots.setdefault(column, member.span)
