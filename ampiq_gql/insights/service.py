"""Insights of segments and expressions: what is asked, nothing more, and each thing once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from ampiq_gql.insights import figures as shown
from ampiq_gql.insights.cache import AudienceKey, MeasureCache
from ampiq_gql.insights.figures import Measured
from ampiq_gql.insights.measures import Measure, needed_measures
from ampiq_gql.insights.model import Figure, Insights
from ampiq_gql.insights.planner import Question, statement_for
from ampiq_gql.insights.viewsql import ViewSql
from ampiq_gql.segments import Audience, SegmentService
from ampiq_gql.settings import Settings
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import AnySelect, Session, Warehouse

__all__ = ["ALL_FIGURES", "InsightService"]

ALL_FIGURES = frozenset(Figure)


class InsightService:
    """Measures audiences. Safe to use from many threads; every call may take seconds."""

    def __init__(self, warehouse: Warehouse, segments: SegmentService, settings: Settings) -> None:
        self._warehouse = warehouse
        self._segments = segments
        self._settings = settings
        self._cache = MeasureCache(settings.insight_cache_entries)

    def count(self, source: SegmentRecord | str, *, as_of: date | None = None) -> int:
        """Return how many customers the segment or expression holds.

        Raises `InvalidExpression` for an expression with errors, `NoBuild` without data.
        """
        insights = self.summary(source, as_of=as_of, figures={Figure.UNIQUE_CUSTOMERS})
        assert insights.unique_customers is not None, "it was asked for"
        return int(insights.unique_customers.value or 0)

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

    def _insights(
        self, session: Session, audience: Audience, asked: frozenset[Figure]
    ) -> Insights:
        day = audience.as_of.day
        measured = self._measured(session, audience.ids, day, needed_measures(asked))
        return Insights(
            as_of=day,
            build_id=session.build.id,
            **{figure.value: build(measured) for figure, build in _SHOWN.items() if figure in asked},
        )

    def _measured(
        self, session: Session, ids: AnySelect, day: date, measures: frozenset[Measure]
    ) -> Measured:
        """Measure the audience and everyone; the latter once per snapshot and day."""
        currency = session.build.currency
        question = Question(
            ids=ids, measures=measures, as_of=day, build_as_of=session.build.as_of
        )
        everyone = Question(
            ids=None, measures=measures, as_of=day, build_as_of=session.build.as_of
        )
        return Measured(
            segment=shown.rounded(self._answer(session, question), currency),
            everyone=shown.rounded(self._answer(session, everyone), currency),
            sql=ViewSql(
                statement=statement_for(question),
                engine=self._warehouse.dialect,
                renderer=session.sql,
            ),
        )

    def _answer(self, session: Session, question: Question) -> dict[Measure, Decimal]:
        key = AudienceKey(
            audience=None if question.ids is None else session.fingerprint(question.ids),
            snapshot=session.snapshot,
            as_of=question.as_of,
        )
        known = dict(self._cache.get(key))
        missing = question.measures - known.keys()
        if missing:
            found = _run(session, question, frozenset(missing))
            self._cache.add(key, found)
            known |= found
        return known


def _run(
    session: Session, question: Question, measures: frozenset[Measure]
) -> dict[Measure, Decimal]:
    statement = statement_for(
        Question(
            ids=question.ids,
            measures=measures,
            as_of=question.as_of,
            build_as_of=question.build_as_of,
        )
    )
    (row,) = session.rows(statement)
    return {measure: Decimal(value) for measure, value in zip(sorted(measures), row, strict=True)}


_SHOWN = {
    Figure.UNIQUE_CUSTOMERS: lambda measured: shown.total(measured, Measure.CUSTOMERS),
    Figure.ACTIVE_CUSTOMERS: lambda measured: shown.total(measured, Measure.ACTIVE_CUSTOMERS),
    Figure.REVENUE: lambda measured: shown.total(measured, Measure.REVENUE),
    Figure.REACHABLE_CUSTOMERS: lambda measured: shown.total(measured, Measure.REACHABLE_CUSTOMERS),
    Figure.REVENUE_TREE: shown.revenue_tree,
    Figure.HISTORICAL_REVENUE: shown.historical_revenue,
    Figure.PREDICTED_REVENUE: shown.predicted_revenue,
    Figure.REACHABILITY: shown.reachability,
}
