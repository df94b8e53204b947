"""Where tables and columns come from, and what uses a column."""

from __future__ import annotations

from datetime import UTC, datetime

import strawberry

from ampiq_gql import explorer as domain
from ampiq_gql.explorer import ColumnUserKind
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.ids import encode_id
from ampiq_gql.graphql.scalars import Long

__all__ = ["ColumnOrigin", "ColumnUse", "LineageEdge", "LineageTable", "SourceFile", "TableLineage"]

show_enum(
    ColumnUserKind,
    description="What can use a column.",
    values={
        ColumnUserKind.SEGMENT: "A segment names it in its expression.",
        ColumnUserKind.QUERY: "A saved query reads it.",
        ColumnUserKind.CAMPAIGN: "A campaign sends it, or one of its segments names it.",
        ColumnUserKind.DESTINATION: "A destination is sent it by a campaign.",
    },
)
_TYPES = {
    ColumnUserKind.SEGMENT: "Segment",
    ColumnUserKind.QUERY: "SavedQuery",
    ColumnUserKind.CAMPAIGN: "Campaign",
    ColumnUserKind.DESTINATION: "Destination",
}


@strawberry.type(description="Something that would miss a column.")
class ColumnUse:
    """A user of a column."""

    kind: ColumnUserKind = strawberry.field(description="What it is.")
    id: strawberry.ID = strawberry.field(description="Its id, to fetch it by `node`.")
    name: str = strawberry.field(description="Its name.")
    through: str | None = strawberry.field(
        description=(
            "The segment by which a campaign uses the column, or the campaign by which a "
            "destination does; null when it uses the column itself."
        )
    )

    @classmethod
    def from_domain(cls, use: domain.ColumnUse) -> ColumnUse:
        """Show a user."""
        shown = encode_id(_TYPES[use.kind], use.id)
        return cls(kind=use.kind, id=shown, name=use.name, through=use.through)


@strawberry.type(description="A column that another one is made of.")
class ColumnOrigin:
    """An input of a column."""

    table: str = strawberry.field(description="Its table; those of the sources are `sources.…`.")
    column: str = strawberry.field(description="Its name.")
    is_value: bool = strawberry.field(
        description=(
            "True when its value went into the other; false when it was only counted or compared, "
            "so that the other tells a fact about it."
        )
    )

    @classmethod
    def from_domain(cls, found: domain.ColumnInput) -> ColumnOrigin:
        """Show an input."""
        return cls(table=found.table, column=found.column, is_value=found.is_value)


@strawberry.type(description="A file that a source table was filled from.")
class SourceFile:
    """A file."""

    load: Long | None = strawberry.field(description="The number of the load that brought it.")
    source: str = strawberry.field(description="The name of the source it was loaded as.")
    file: str = strawberry.field(description="The file's name.")
    loaded_at: datetime = strawberry.field(description="When it was loaded.")
    row_count: Long | None = strawberry.field(description="How many rows it brought.")

    @classmethod
    def from_domain(cls, load: domain.SourceLoad) -> SourceFile:
        """Show a file."""
        return cls(
            load=None if load.number is None else Long(load.number),
            source=load.datasource,
            file=load.file,
            loaded_at=load.loaded_at.replace(tzinfo=UTC),
            row_count=None if load.rows is None else Long(load.rows),
        )


@strawberry.type(description="A table on the way from the files to the table that is looked at.")
class LineageTable:
    """A node of the graph."""

    name: str = strawberry.field(description="Its name; source tables are called `sources.…`.")
    is_source: bool = strawberry.field(description="True for a table that files are loaded into.")
    files: list[SourceFile] = strawberry.field(
        description="The files that a source table held when the build was made, in their order."
    )

    @classmethod
    def from_domain(cls, table: domain.LineageTable) -> LineageTable:
        """Show a table."""
        files = list(map(SourceFile.from_domain, table.loads))
        return cls(name=table.name, is_source=table.is_source, files=files)


@strawberry.type(description="The rows of one table were read from another, among others.")
class LineageEdge:
    """An edge of the graph."""

    origin: str = strawberry.field(description="The table that was read.")
    table: str = strawberry.field(description="The table that was made.")

    @classmethod
    def from_domain(cls, edge: domain.LineageEdge) -> LineageEdge:
        """Show an edge."""
        return cls(origin=edge.origin, table=edge.table)


@strawberry.type(
    description="Where a table comes from, as the statements of the build say, and who reads it."
)
class TableLineage:
    """The graph above a table."""

    tables: list[LineageTable] = strawberry.field(
        description="All tables above it, sources before what is made of them; itself the last."
    )
    edges: list[LineageEdge] = strawberry.field(description="Which of them was read for which.")
    readers: list[str] = strawberry.field(description="The tables that were made from it.")

    @classmethod
    def from_domain(cls, lineage: domain.TableLineage) -> TableLineage:
        """Show the graph."""
        return cls(
            tables=list(map(LineageTable.from_domain, lineage.tables)),
            edges=list(map(LineageEdge.from_domain, lineage.edges)),
            readers=list(lineage.readers),
        )
