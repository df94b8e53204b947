"""Insights of many segments at once: one call of the service per day and set of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from strawberry.utils.str_converters import to_camel_case

from ampiq_gql.errors import UserError
from ampiq_gql.graphql.context import Info, RequestContext
from ampiq_gql.graphql.selection import selected_names
from ampiq_gql.insights import Figure, Insights
from ampiq_gql.store.segments import SegmentRecord

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["AskedInsights", "Source", "asked_figures", "count_customers", "load_insights"]

Source: TypeAlias = SegmentRecord | str
"""A saved segment or an expression."""

_FIGURES = {to_camel_case(figure.value): figure for figure in Figure}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedInsights:
    """Figures that one place of an operation needs."""

    source: Source
    as_of: date | None
    figures: frozenset[Figure]


def asked_figures(info: Info) -> frozenset[Figure]:
    """Return the figures selected below a field of type `Insights`."""
    return frozenset(_FIGURES[name] for name in selected_names(info) if name in _FIGURES)


async def count_customers(context: RequestContext, source: Source, as_of: date | None) -> int:
    """Return how many customers a segment holds; counted together with what else is asked."""
    figures = frozenset({Figure.UNIQUE_CUSTOMERS})
    found = await context.load(
        load_insights, AskedInsights(source=source, as_of=as_of, figures=figures)
    )
    counted = found.unique_customers
    return int(counted.value) if counted and counted.value else 0


def load_insights(
    services: Services, asked: Sequence[AskedInsights]
) -> list[Insights | BaseException]:
    """Answer all that an operation asks; a segment that cannot be evaluated has its own error."""
    needs: dict[tuple[Source, date | None], frozenset[Figure]] = {}
    for one in asked:
        key = (one.source, one.as_of)
        needs[key] = needs.get(key, frozenset()) | one.figures
    groups: dict[tuple[date | None, frozenset[Figure]], list[Source]] = {}
    for (source, as_of), figures in needs.items():
        groups.setdefault((as_of, figures), []).append(source)
    answers: dict[tuple[Source, date | None], Insights | BaseException] = {}
    for (as_of, figures), sources in groups.items():
        found = _summaries(services, sources, as_of, figures)
        answers |= {(source, as_of): one for source, one in zip(sources, found, strict=True)}
    return [answers[one.source, one.as_of] for one in asked]


def _summaries(
    services: Services, sources: list[Source], as_of: date | None, figures: frozenset[Figure]
) -> Sequence[Insights | BaseException]:
    """Measure all at once; only when one of them fails, one by one to find which."""
    try:
        return services.insights.summaries(sources, as_of=as_of, figures=figures)
    except UserError as error:
        if len(sources) == 1:
            return [error]
        return [_summaries(services, [source], as_of, figures)[0] for source in sources]
