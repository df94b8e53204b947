"""Insights of segments and expressions: what is asked, nothing more, and each thing once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from threading import Lock
from typing import TypeVar

from ampiq_gql.insights import figures as shown
from ampiq_gql.insights.cache import AudienceKey, MeasureCache
from ampiq_gql.insights.figures import Measured
from ampiq_gql.insights.measures import Measure, needed_measures
from ampiq_gql.insights.model import Counted, Figure, Insights, Metric
from ampiq_gql.insights.planner import Question, statement_for
from ampiq_gql.insights.viewsql import ViewSql
from ampiq_gql.segments import Audience, SegmentService
from ampiq_gql.settings import Settings
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import Session, Warehouse

__all__ = ["ALL_FIGURES", "InsightService"]

ALL_FIGURES = frozenset(Figure)

Card = TypeVar("Card")


class InsightService:
    """Measures audiences. Safe to use from many threads; every call may take seconds."""

    def __init__(self, warehouse: Warehouse, segments: SegmentService, settings: Settings) -> None:
        self._warehouse = warehouse
        self._segments = segments
        self._settings = settings
        self._cache = MeasureCache(settings.insight_cache_entries)
        self._measuring_everyone = Lock()

    def measure_everyone(self) -> None:
        """Measure what every tab shows beside its own figures, before somebody waits for it.

        Raises `NoBuild` when there is nothing to measure.
        """
        with self._warehouse.read() as session:
            self._segments.catalog(session)
            self._answer(session, _everyone(session, session.build.as_of, ALL_FIGURES), None)

    def counted(self, source: SegmentRecord | str, *, as_of: date | None = None) -> Counted:
        """Return how many customers the segment or expression holds.

        Raises `InvalidExpression` for an expression with errors, `NoBuild` without data.
        """
        with self._warehouse.read() as session:
            audience = self._segments.audience(session, source, as_of)
            question = Question(
                ids=audience.ids,
                measures=frozenset({Measure.CUSTOMERS}),
                as_of=audience.as_of.day,
                build_as_of=session.build.as_of,
            )
            return Counted(
                customers=int(
                    self._answer(session, question, audience.fingerprint)[Measure.CUSTOMERS]
                ),
                as_of=question.as_of,
                build_id=session.build.id,
                warnings=audience.warnings,
            )

    def summary(
        self,
        source: SegmentRecord | str,
        *,
        as_of: date | None = None,
        figures: Collection[Figure] = ALL_FIGURES,
    ) -> Insights:
        """Return the asked figures of one segment or expression (default day: the build's)."""
        return self.summaries([source], as_of=as_of, figures=figures)[0]

    def summaries(
        self,
        sources: Sequence[SegmentRecord | str],
        *,
        as_of: date | None = None,
        figures: Collection[Figure] = ALL_FIGURES,
    ) -> list[Insights]:
        """Return the asked figures of several, in their order, all on the same snapshot."""
        with self._warehouse.read() as session:
            return [
                self._insights(
                    session, self._segments.audience(session, source, as_of), frozenset(figures)
                )
                for source in sources
            ]

    def _insights(self, session: Session, audience: Audience, asked: frozenset[Figure]) -> Insights:
        day = audience.as_of.day
        measured = self._measured(session, audience, asked)
        return _shown(Insights(as_of=day, build_id=session.build.id), measured, asked)

    def _measured(self, session: Session, audience: Audience, asked: frozenset[Figure]) -> Measured:
        """Measure the audience and everyone; the latter once per snapshot and day."""
        currency = session.build.currency
        everyone = _everyone(session, audience.as_of.day, asked)
        question = replace(everyone, ids=audience.ids)
        return Measured(
            segment=shown.rounded(self._answer(session, question, audience.fingerprint), currency),
            everyone=shown.rounded(self._answer(session, everyone, None), currency),
            sql=ViewSql(statement=partial(statement_for, question), engine=self._warehouse.dialect),
        )

    def _answer(
        self, session: Session, question: Question, fingerprint: str | None
    ) -> Mapping[Measure, Decimal]:
        """Return what is known of the audience with that fingerprint, None being everyone."""
        if session.build.attached:  # others write the rows behind it: nothing stays true
            return _run(session, question, question.measures)
        key = AudienceKey(audience=fingerprint, snapshot=session.snapshot, as_of=question.as_of)
        known = self._cache.get(key)
        if question.measures <= known.keys():
            return known
        if fingerprint is not None:
            return self._ask(session, question, key)
        # All tabs ask for everyone at once after a build: the others wait for the first.
        with self._measuring_everyone:
            return self._ask(session, question, key)

    def _ask(
        self, session: Session, question: Question, key: AudienceKey
    ) -> Mapping[Measure, Decimal]:
        """Measure what is not yet known of the audience."""
        known = self._cache.get(key)
        missing = question.measures - known.keys()
        if not missing:
            return known
        found = _run(session, question, missing)
        self._cache.add(key, found)
        return {**known, **found}


def _everyone(session: Session, day: date, asked: frozenset[Figure]) -> Question:
    return Question(
        ids=None, measures=needed_measures(asked), as_of=day, build_as_of=session.build.as_of
    )


def _run(
    session: Session, question: Question, measures: frozenset[Measure]
) -> dict[Measure, Decimal]:
    statement = statement_for(replace(question, measures=measures))
    (row,) = session.rows(statement)
    return {measure: Decimal(value) for measure, value in zip(sorted(measures), row, strict=True)}


def _shown(insights: Insights, measured: Measured, asked: frozenset[Figure]) -> Insights:
    """Return the insights with the asked figures filled in, and with nothing else."""

    def tile(figure: Figure, measure: Measure) -> Metric | None:
        return shown.total(measured, measure) if figure in asked else None

    def card(figure: Figure, draw: Callable[[Measured], Card]) -> Card | None:
        return draw(measured) if figure in asked else None

    return replace(
        insights,
        unique_customers=tile(Figure.UNIQUE_CUSTOMERS, Measure.CUSTOMERS),
        active_customers=tile(Figure.ACTIVE_CUSTOMERS, Measure.ACTIVE_CUSTOMERS),
        revenue=tile(Figure.REVENUE, Measure.REVENUE),
        reachable_customers=tile(Figure.REACHABLE_CUSTOMERS, Measure.REACHABLE_CUSTOMERS),
        revenue_tree=card(Figure.REVENUE_TREE, shown.revenue_tree),
        historical_revenue=card(Figure.HISTORICAL_REVENUE, shown.historical_revenue),
        predicted_revenue=card(Figure.PREDICTED_REVENUE, shown.predicted_revenue),
        reachability=card(Figure.REACHABILITY, shown.reachability),
    )
