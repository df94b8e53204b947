"""What a download can hold: customers, the rows of a query, or what an upload did not match."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from ampiq_gql.insights import TableFormat

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = [
    "CustomersSource",
    "DownloadSource",
    "Noted",
    "QuerySource",
    "UnmatchedSource",
    "packed",
    "unpacked",
]

DIGEST_LENGTH = 32  # of hexadecimal digits, as ids have


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """How a download stands in the audit log; a text stands there by its digest.

    An expression or a query may hold personal data.
    """

    action: str
    target_type: str
    target_id: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersSource:
    """The customers of a saved segment, or else of an expression."""

    segment_id: str | None
    expression: str
    columns: tuple[str, ...]
    as_of: date
    may_read_pii: bool

    def stream(
        self, services: Services, file_format: TableFormat, *, is_for_spreadsheets: bool
    ) -> AbstractContextManager[Iterator[bytes]]:
        """Give the pieces of the file."""
        segment = self.segment_id and services.segments.get(self.segment_id)
        return services.customers.stream(
            segment or self.expression,
            file_format,
            columns=self.columns,
            as_of=self.as_of,
            is_for_spreadsheets=is_for_spreadsheets,
            may_read_pii=self.may_read_pii,
        )

    def noted(self) -> Noted:
        """Say what is taken."""
        return Noted(
            action="customers.download",
            target_type="expression" if self.segment_id is None else "segment",
            target_id=self.segment_id or _digest(self.expression),
            details={"columns": list(self.columns), "as_of": self.as_of.isoformat()},
        )

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Self:
        """Read what `packed` has written."""
        columns, as_of = tuple(plain["columns"]), date.fromisoformat(plain["as_of"])
        return cls(**plain | {"columns": columns, "as_of": as_of})


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySource:
    """The rows of a SELECT, saved (`id`) or only looked at."""

    text: str
    id: str | None
    may_read_pii: bool

    def stream(
        self, services: Services, file_format: TableFormat, *, is_for_spreadsheets: bool
    ) -> AbstractContextManager[Iterator[bytes]]:
        """Give the pieces of the file."""
        return services.queries.stream(
            self.text,
            file_format,
            may_read_pii=self.may_read_pii,
            is_for_spreadsheets=is_for_spreadsheets,
        )

    def noted(self) -> Noted:
        """Say what is taken."""
        return Noted(
            action="query.download",
            target_type="query" if self.id else "sql",
            target_id=self.id or _digest(self.text),
            details={"text": _digest(self.text)},
        )

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Self:
        """Read what `packed` has written."""
        return cls(**plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmatchedSource:
    """The rows of an uploaded file that named nobody."""

    list_id: str
    may_read_pii: bool

    def stream(
        self, services: Services, file_format: TableFormat, *, is_for_spreadsheets: bool
    ) -> AbstractContextManager[Iterator[bytes]]:
        """Give the pieces of the file."""
        return services.lists.unmatched(
            self.list_id,
            file_format,
            may_read_pii=self.may_read_pii,
            is_for_spreadsheets=is_for_spreadsheets,
        )

    def noted(self) -> Noted:
        """Say what is taken."""
        return Noted(action="list.download", target_type="list", target_id=self.list_id, details={})

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Self:
        """Read what `packed` has written."""
        return cls(**plain)


DownloadSource: TypeAlias = CustomersSource | QuerySource | UnmatchedSource

_SOURCES: Mapping[str, type[DownloadSource]] = MappingProxyType(
    {"customers": CustomersSource, "query": QuerySource, "unmatched": UnmatchedSource}
)
_KINDS = {source: kind for kind, source in _SOURCES.items()}


def packed(source: DownloadSource) -> dict[str, object]:
    """Return the source as JSON can hold it."""
    plain = asdict(source)
    if isinstance(source, CustomersSource):
        plain["as_of"] = source.as_of.isoformat()
    return {"kind": _KINDS[type(source)], **plain}


def unpacked(plain: dict[str, Any]) -> DownloadSource:
    """Return the source that `packed` has written."""
    kind = plain.pop("kind")
    return _SOURCES[kind].of(plain)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]
