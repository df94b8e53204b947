"""Rows of customers as JSON: every cell is converted once, here, and nobody looks at it again.

graphql-core completes the cells of a list one by one, with a path and three tests for each, which
for a page of a thousand customers takes longer than reading it. The executor of our schema passes
`Cells` on as they are; any other would complete them to the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

from graphql import GraphQLList, GraphQLOutputType, GraphQLResolveInfo
from graphql.pyutils import AwaitableOrValue, Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from ampiq_gql.graphql.scalars import JSON
from ampiq_gql.warehouse import Row

__all__ = ["Cells", "CellsExecutor"]

_SHOWN: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        Decimal: lambda number: format(number, "f"),
        datetime: datetime.isoformat,
        date: date.isoformat,
        UUID: str,
    }
)


class Cells(list[list[JSON | None]]):
    """Rows whose cells are JSON values.

    Exact numbers and ids are text, days and times ISO 8601; all other values are as they were.
    """

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Cells:
        """Convert rows of a database."""
        shown = _SHOWN.get
        return cls(
            [value if (show := shown(type(value))) is None else JSON(show(value)) for value in row]
            for row in rows
        )


class CellsExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes as ever, but for lists that are complete already."""

    def complete_list_value(
        self,
        return_type: GraphQLList[GraphQLOutputType],
        field_details_list: list[Any],
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> AwaitableOrValue[list[Any]]:
        """Return the completed list."""
        if isinstance(result, Cells):
            return result
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )
