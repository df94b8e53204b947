"""Which column of a file is which: proposed from header, values and structure, with the reason.

The header proposes, the values confirm or doubt, the structure settles keys. Nothing below
`ACCEPTED` is taken for a required column without asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TypeAlias

from ampiq_gql.ingest.columns import ColumnSpec, KindSpec, ValueType
from ampiq_gql.ingest.headers import normalise_name
from ampiq_gql.ingest.looks import ColumnLook, Shape
from ampiq_gql.ingest.mapping import IGNORE, FileMapping

__all__ = ["ACCEPTED", "EXACT", "Proposal", "open_questions", "propose", "question_about"]

ACCEPTED = 0.9
ALIKE = 0.85
SAID, EXACT, SYNONYM, SIMILAR = 1.0, 0.98, 0.95, 0.6
BY_VALUES = {Shape.EMAIL: ("email", 0.9), Shape.PHONE: ("phone", 0.7)}

EXPECTED: dict[str, tuple[Shape, ...]] = {
    "email": (Shape.EMAIL,),
    "phone": (Shape.PHONE, Shape.INTEGER),
    "currency": (Shape.CURRENCY,),
}
EXPECTED_OF_TYPE: dict[ValueType, tuple[Shape, ...]] = {
    ValueType.INTEGER: (Shape.INTEGER, Shape.NUMBER),
    ValueType.DECIMAL: (Shape.NUMBER, Shape.INTEGER),
    ValueType.BOOLEAN: (Shape.BOOLEAN,),
    ValueType.DATE: (Shape.DATE, Shape.DATETIME, Shape.INTEGER),
    ValueType.DATETIME: (Shape.DATE, Shape.DATETIME, Shape.INTEGER),
}


CanHold: TypeAlias = Callable[[ColumnLook, ColumnSpec], bool]
"""Whether a column could become that one at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Where a column of a file should go; `column` None keeps it as a plain attribute."""

    header: str
    column: str | None
    type: ValueType
    confidence: float
    reason: str
    samples: tuple[str, ...]


def propose(
    looks: Sequence[ColumnLook],
    spec: KindSpec,
    mapping: FileMapping,
    can_hold: CanHold = lambda _look, _column: True,
) -> tuple[Proposal, ...]:
    """Return a proposal for each column, in their order; no target is proposed twice.

    What a column cannot hold is not proposed for it, however well it is called.
    """
    best: dict[str, Proposal] = {}
    for look in looks:
        takes = tuple(column for column in spec.columns if can_hold(look, column))
        for found in _candidates(look, replace(spec, columns=takes), mapping):
            rival = best.get(found.column or "")
            if found.column and (rival is None or rival.confidence < found.confidence):
                best[found.column] = found
    chosen: dict[str, Proposal] = {}
    for proposal in sorted(best.values(), key=lambda one: -one.confidence):
        chosen.setdefault(proposal.header, proposal)
    return tuple(chosen.get(look.header) or _attribute(look, mapping) for look in looks)


def _candidates(look: ColumnLook, spec: KindSpec, mapping: FileMapping) -> Iterator[Proposal]:
    said = mapping.columns.get(look.header)
    name = normalise_name(look.header)
    for column in spec.columns:
        if said is not None:
            if said == column.name:
                yield _proposal(look, column, SAID, "the mapping says so")
        elif name == column.name:
            yield _judged(look, column, spec, EXACT, "its name")
        elif name in column.synonyms:
            yield _judged(look, column, spec, SYNONYM, f'"{name}" means {column.name}')
        elif any(_is_like(name, word) for word in (column.name, *column.synonyms)):
            yield _judged(look, column, spec, SIMILAR, f"its name is like {column.name}")
    if said is None:
        yield from _by_values(look, spec)


def _is_like(name: str, word: str) -> bool:
    """A slip of the keyboard or an ending, not merely some letters in common."""
    matcher = SequenceMatcher(None, name, word, autojunk=False)
    if min(len(name), len(word)) <= 4 or matcher.real_quick_ratio() < ALIKE:
        return False
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _by_values(look: ColumnLook, spec: KindSpec) -> Iterator[Proposal]:
    for shape, (name, confidence) in BY_VALUES.items():
        column, share = spec.column(name), look.share(shape)
        if (
            column is not None
            and share >= 0.9
            and not (
                shape is Shape.PHONE and look.share(Shape.INTEGER) + look.share(Shape.DATE) > 0.5
            )
        ):
            yield _proposal(look, column, confidence * share, f"{share:.0%} are {shape.value}")


def _judged(
    look: ColumnLook, column: ColumnSpec, spec: KindSpec, confidence: float, reason: str
) -> Proposal:
    """Let the values and the structure confirm or doubt what the header says."""
    proposal = _proposal(look, column, confidence, reason)
    shapes = EXPECTED.get(column.name) or EXPECTED_OF_TYPE.get(column.type, ())
    is_settled = column.name not in EXPECTED and look.type is column.type
    if shapes and look.filled and not is_settled:
        share = min(sum(look.share(shape) for shape in shapes), 1.0)
        if share < 0.5:
            doubt = f"{reason}, but only {share:.0%} are {shapes[0].value}"
            proposal = replace(proposal, confidence=0.4, reason=doubt)
        elif share >= 0.9:
            agreed = f"{reason}, and {share:.0%} are {shapes[0].value}"
            proposal = replace(proposal, confidence=min(confidence + 0.02, 1.0), reason=agreed)
        else:
            part = f"{reason}; {share:.0%} are {shapes[0].value}"
            proposal = replace(proposal, confidence=confidence * 0.95, reason=part)
    if not look.filled:
        return replace(proposal, confidence=min(confidence, 0.8), reason=f"{reason}; all empty")
    if spec.key == (column.name,) and look.unique_share < 0.5:
        often = f"{reason}, but its values repeat ({look.unique_share:.0%} are different)"
        return replace(proposal, confidence=min(proposal.confidence, 0.7), reason=often)
    return proposal


def _proposal(look: ColumnLook, column: ColumnSpec, confidence: float, reason: str) -> Proposal:
    return Proposal(
        header=look.header,
        column=column.name,
        type=column.type,
        confidence=confidence,
        reason=reason,
        samples=look.samples,
    )


def _attribute(look: ColumnLook, mapping: FileMapping) -> Proposal:
    said = mapping.columns.get(look.header)
    reason = "nothing known is like it: kept as an attribute"
    if said is not None:
        reason = "left out, as the mapping says" if said == IGNORE else "the mapping names it"
    return Proposal(
        header=look.header,
        column=said,
        type=look.type,
        confidence=SAID if said else 0.0,
        reason=reason,
        samples=look.samples,
    )


def open_questions(spec: KindSpec, proposals: Sequence[Proposal]) -> Iterator[str]:
    """Yield what must be answered before a load: required columns that are missing or unsure."""
    found = {proposal.column: proposal for proposal in proposals if proposal.column}
    for name in spec.required:
        yield from _question(name, found.get(name))
    if spec.required_any:
        amounts = [found[name] for name in spec.required_any if name in found]
        best = max(amounts, key=lambda one: one.confidence, default=None)
        yield from _question(" or ".join(spec.required_any), best)


def _question(name: str, proposal: Proposal | None) -> Iterator[str]:
    if proposal is None:
        yield from question_about(name, None, 0.0, "")
    else:
        yield from question_about(name, proposal.header, proposal.confidence, proposal.reason)


def question_about(name: str, found: str | None, confidence: float, reason: str) -> Iterator[str]:
    """Yield what must be asked about a required column: which it is, or whether it is the one."""
    if found is None:
        yield f"Which column is {name}?"
    elif confidence < ACCEPTED:
        yield f'Is "{found}" really {name}? ({reason})'
