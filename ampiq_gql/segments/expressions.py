"""Holds an expression against the present data: checks it, and turns it into an audience.

A definition is more than its text: a segment that it names is part of it. So the hash covers what
is reached through names, and changes when any of these segments changes.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dsl.tree_json import definition_hash

from ampiq_gql.catalog import WarehouseCatalog, load_catalog
from ampiq_gql.segments.catalog_names import StoredNames
from ampiq_gql.segments.errors import InvalidExpression
from ampiq_gql.segments.models import Audience, CheckedExpression, Definition
from ampiq_gql.segments.references import mentions
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import BuildInfo, Session
from dsl import Checked, check
from dsl.ast import Segment
from dsl.compiler import compile_ids
from dsl.dates import AsOf

__all__ = ["Expressions"]


class Expressions:
    """Reads expressions over the build that a session reads. Safe to share between threads."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def catalog(self, session: Session) -> WarehouseCatalog:
        """Return everything that names in an expression can mean at the session's build."""
        return load_catalog(session, segments=StoredNames(self._store), settings=self._settings)

    def check(self, session: Session, text: str, as_of: date | None = None) -> CheckedExpression:
        """Check the expression as it is meant on a day (default: the build's)."""
        day = _as_of(session.build, as_of)
        checked = check(text, self.catalog(session), day)
        named = self._named_in(checked.tree)
        return CheckedExpression(
            text=text,
            as_of=day,
            tree=checked.tree,
            formatted=checked.formatted,
            definition_hash=self._whole_hash(checked, named),
            ids=None if checked.segment is None else compile_ids(checked.segment),
            diagnostics=checked.diagnostics,
            referenced_segment_ids=named,
        )

    def audience(
        self, session: Session, source: SegmentRecord | str, as_of: date | None = None
    ) -> Audience:
        """Return the customers of a segment or expression; raise `InvalidExpression`."""
        text = source if isinstance(source, str) else source.text
        checked = self.check(session, text, as_of)
        if checked.ids is None or checked.definition_hash is None:
            raise InvalidExpression(text, checked.diagnostics)
        return Audience(
            ids=checked.ids,
            definition_hash=checked.definition_hash,
            as_of=checked.as_of,
            warnings=checked.diagnostics,
        )

    def definition(self, session: Session, text: str) -> Definition:
        """Return what is stored of an expression; raise `InvalidExpression` when it has errors."""
        checked = self.check(session, text)
        if checked.tree is None or checked.ids is None:
            raise InvalidExpression(text, checked.diagnostics)
        return Definition(
            text=text,
            tree=checked.tree,
            hash=definition_hash(checked.tree),
            referenced_ids=checked.referenced_segment_ids,
            warnings=checked.diagnostics,
        )

    def _named_in(self, tree: Segment | None) -> frozenset[str]:
        """Return the ids of the saved segments that the expression names itself."""
        names = {member.name.value for member in mentions(tree)} if tree is not None else set()
        with self._store.read() as work:
            found = [work.segments.by_name(name) for name in sorted(names)]
        return frozenset(segment.id for segment in found if segment is not None)

    def _whole_hash(self, checked: Checked, named: frozenset[str]) -> str | None:
        """Return the hash of the definition with all that it is made of; None with errors."""
        if checked.segment is None or checked.definition_hash is None or not named:
            return None if checked.segment is None else checked.definition_hash
        with self._store.read() as work:
            parts = work.segments.get_many(work.references.reached_from(named))
        digest = hashlib.sha256(checked.definition_hash.encode())
        for segment_id in sorted(parts):
            digest.update(f"\n{segment_id} {parts[segment_id].definition_hash}".encode())
        return digest.hexdigest()


def _as_of(build: BuildInfo, day: date | None) -> AsOf:
    present = datetime.now(ZoneInfo(build.time_zone)).replace(tzinfo=None)
    return AsOf.on(build.as_of if day is None else day, present)
