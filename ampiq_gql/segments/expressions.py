"""Holds an expression against the present data: checks it, and turns it into an audience.

A definition is more than its text: a segment that it names is part of it. So the hash covers what
is reached through names, and changes when any of these segments changes. What was checked is kept,
since one request asks for the same expression several times, and the next one asks again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ampiq_gql.catalog import WarehouseCatalog, load_catalog
from ampiq_gql.catalog.names import SegmentNames
from ampiq_gql.segments.catalog_names import StoredNames
from ampiq_gql.segments.columns import columns_of
from ampiq_gql.segments.errors import InvalidExpression
from ampiq_gql.segments.kept_checks import AskedNames, CheckKey, KeptChecks
from ampiq_gql.segments.models import Audience, CheckedExpression, Definition
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import BuildInfo, Session
from dsl import AsOf, Checked, ResolvedSegment, SegmentKey, check, compile_ids, definition_hash

__all__ = ["Expressions", "fingerprint_of"]

KEPT_CHARACTERS = 250_000  # of expressions: a thousand or two, and some 50 MB


class Expressions:
    """Reads expressions over the build that a session reads. Safe to share between threads."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._names = StoredNames(store)
        self._settings = settings
        self._kept = KeptChecks(KEPT_CHARACTERS)

    def catalog(self, session: Session) -> WarehouseCatalog:
        """Return everything that names in an expression can mean at the session's build."""
        return self._catalog(session, self._names)

    def check(
        self,
        session: Session,
        text: str,
        as_of: date | None = None,
        *,
        saved_as: SegmentKey | None = None,
        may_read_pii: bool = True,
    ) -> CheckedExpression:
        """Check the expression as it is meant on a day (default: the build's).

        `saved_as` is the segment that it is to define, which it must not come to use. Who may not
        read personal data may not test them either, except by segments that others saved.
        """
        day = _as_of(session.build, as_of)
        key = CheckKey(
            text=text,
            snapshot=session.snapshot,
            day=day.day,
            saved_as=saved_as,
            may_read_pii=may_read_pii,
        )
        known = self._kept.get(key, day, self._names)
        return self._check(session, key, day) if known is None else known

    def audience(
        self,
        session: Session,
        source: SegmentRecord | str,
        as_of: date | None = None,
        *,
        may_read_pii: bool = True,
    ) -> Audience:
        """Return the customers of a segment or expression; raise `InvalidExpression`.

        What who may not read personal data may not write, a segment that is saved may well test.
        """
        text = source if isinstance(source, str) else source.text
        is_free = may_read_pii or not isinstance(source, str)
        checked = self.check(session, text, as_of, may_read_pii=is_free)
        if checked.ids is None or checked.definition_hash is None or checked.fingerprint is None:
            raise InvalidExpression(text, checked.diagnostics)
        return Audience(
            ids=checked.ids,
            definition_hash=checked.definition_hash,
            fingerprint=checked.fingerprint,
            as_of=checked.as_of,
            warnings=checked.diagnostics,
        )

    def definition(
        self,
        session: Session,
        text: str,
        *,
        saved_as: SegmentKey | None = None,
        may_read_pii: bool = True,
    ) -> Definition:
        """Return what is stored of an expression; raise `InvalidExpression` when it has errors."""
        checked = self.check(session, text, saved_as=saved_as, may_read_pii=may_read_pii)
        if checked.tree is None or checked.ids is None:
            raise InvalidExpression(text, checked.diagnostics)
        return Definition(
            text=text,
            hash=definition_hash(checked.tree),
            referenced_ids=checked.referenced_segment_ids,
        )

    def _catalog(self, session: Session, names: SegmentNames) -> WarehouseCatalog:
        return load_catalog(session, segments=names, settings=self._settings)

    def _check(self, session: Session, key: CheckKey, as_of: AsOf) -> CheckedExpression:
        """Check the expression, and keep what was found unless it has errors."""
        names = AskedNames(self._names)
        found = check(
            key.text,
            self._catalog(session, names),
            as_of,
            saved_as=key.saved_as,
            may_read_pii=key.may_read_pii,
        )
        checked = _checked(found, as_of, names.list_tables)
        if found.segment is not None:
            self._kept.add(key, checked, names, reads_clock=found.segment.reads_clock)
        return checked


def _checked(found: Checked, as_of: AsOf, list_tables: Sequence[str]) -> CheckedExpression:
    segment = found.segment
    return CheckedExpression(
        text=found.text,
        as_of=as_of,
        tree=found.tree,
        formatted=found.formatted,
        definition_hash=None if segment is None else _whole_hash(segment),
        fingerprint=None if segment is None else fingerprint_of(segment, list_tables),
        ids=None if segment is None else compile_ids(segment),
        diagnostics=found.diagnostics,
        referenced_segment_ids=frozenset() if segment is None else _named_by(segment),
        columns=frozenset() if segment is None else columns_of(segment),
    )


def _named_by(segment: ResolvedSegment) -> frozenset[str]:
    return frozenset(used.id for used in segment.references if used.is_direct)


def _whole_hash(segment: ResolvedSegment) -> str:
    """Return the hash of the expression with all the segments that it is made of."""
    if not segment.references:
        return segment.definition_hash
    parts = sorted((used.id, used.definition_hash) for used in segment.references)
    return _hash(segment.definition_hash, *(" ".join(part) for part in parts))


def fingerprint_of(segment: ResolvedSegment, list_tables: Sequence[str]) -> str:
    """Return the hash of all that decides on the members but the snapshot and the day."""
    instant = segment.as_of.now.isoformat() if segment.reads_clock else ""
    return _hash(_whole_hash(segment), instant, *list_tables)


def _hash(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _as_of(build: BuildInfo, day: date | None) -> AsOf:
    present = datetime.now(ZoneInfo(build.time_zone)).replace(tzinfo=None)
    return AsOf.on(build.as_of if day is None else day, present)
