"""One file on its way into a source table: texts as read, then typed values with their problems.

`staged` holds the texts of one file, `typed` the values of all files of the load. A row has at
most one problem, the first in the order of its checks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from ampiq_gql.ingest.bad_rows import BadRow, Extent
from ampiq_gql.ingest.columns import ColumnSpec, KindSpec, ValueType
from ampiq_gql.ingest.dates import find_style
from ampiq_gql.ingest.mapping import FileMapping
from ampiq_gql.ingest.models import ColumnMatch, SourceKind
from ampiq_gql.ingest.sources import column_type
from ampiq_gql.ingest.values import Reading, raw_text, typed_value

__all__ = ["Check", "FileColumns", "decide_reading", "problems", "staged_table", "type_rows",
           "typed_table"]  # fmt: skip

WHAT_IT_IS_NOT = {
    ValueType.INTEGER: ("value.integer", "a whole number"),
    ValueType.DECIMAL: ("value.number", "a number"),
    ValueType.BOOLEAN: ("value.boolean", "yes or no"),
    ValueType.DATE: ("value.date", "a date"),
    ValueType.DATETIME: ("value.date", "a date"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileColumns:
    """Where the columns of one file go; the staged text of `matches[n]` is column `str(n)`."""

    spec: KindSpec
    matches: tuple[ColumnMatch, ...]

    def text_of(self, staged: sa.Table, name: str) -> sa.ColumnElement[str] | None:
        """Return the trimmed text of a target column; None when the file does not bring it."""
        for number, match in enumerate(self.matches):
            if match.column == name:
                return raw_text(staged.c[str(number)])
        return None

    def header_of(self, name: str) -> str:
        """Return the header of a target column, the column's own name when there is none."""
        return next((match.header for match in self.matches if match.column == name), name)

    @property
    def attributes(self) -> tuple[ColumnMatch, ...]:
        """Return the columns beyond the known ones."""
        return tuple(match for match in self.matches if match.is_attribute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One way in which a row can be wrong; `fails` is true then."""

    rule: str
    column: str
    expectation: str
    fails: sa.ColumnElement[bool]


def staged_table(header_count: int) -> sa.Table:
    """Describe the texts of one file."""
    return sa.Table(
        "staged_rows",
        sa.MetaData(),
        sa.Column("_line", sa.BigInteger),
        sa.Column("_offset", sa.BigInteger),
        sa.Column("_length", sa.BigInteger),
        *(sa.Column(str(number), sa.Text) for number in range(header_count)),
        prefixes=["TEMPORARY"],
    )


def typed_table(spec: KindSpec, brought: Collection[str]) -> sa.Table:
    """Describe the values of the whole load: only columns that a file brings, and the key."""
    known = {column.name for column in spec.columns}
    return sa.Table(
        "typed_rows",
        sa.MetaData(),
        sa.Column("_file", sa.BigInteger),
        sa.Column("_line", sa.BigInteger),
        sa.Column("_problem", sa.BigInteger),
        *(
            sa.Column(column.name, column_type(column.type))
            for column in spec.columns
            if column.name in brought or column.name in spec.key
        ),
        *(sa.Column(name, sa.Text) for name in brought if name not in known),
        prefixes=["TEMPORARY"],
    )


def decide_reading(
    connection: sa.Connection,
    staged: sa.Table,
    columns: FileColumns,
    mapping: FileMapping,
    *,
    site_zone: str,
    place: str,
) -> dict[str, Reading]:
    """Say for each date column how it is written. Raises `AmbiguousDates`."""
    base = Reading(
        time_zone=mapping.time_zone or site_zone,
        date_format=mapping.date_format,
        decimal_mark=mapping.decimal_mark,
        thousands_mark=mapping.thousands_mark,
    )
    readings = {column.name: base for column in columns.spec.columns}
    if mapping.date_format:
        return readings
    for column in columns.spec.columns:
        text = columns.text_of(staged, column.name)
        if text is None or column.type not in (ValueType.DATE, ValueType.DATETIME):
            continue
        style = find_style(connection, staged, text, columns.header_of(column.name), place=place)
        readings[column.name] = replace(base, date_style=style)
    return readings


def type_rows(
    staged: sa.Table,
    typed: sa.Table,
    columns: FileColumns,
    readings: dict[str, Reading],
    *,
    file_number: int,
) -> tuple[sa.Insert, tuple[Check, ...]]:
    """Return the statement that fills `typed`, and the checks that `_problem` counts from 0."""
    texts = {
        column: text
        for column in columns.spec.columns
        if (text := columns.text_of(staged, column.name)) is not None
    }
    read = sa.select(
        staged.c._line,
        *(text.label(f"raw {column.name}") for column, text in texts.items()),
        *(
            typed_value(text, column.type, readings[column.name]).label(column.name)
            for column, text in texts.items()
            if column.type is not ValueType.TEXT
        ),
        *(
            text.label(match.column)
            for match in columns.attributes
            if match.column and (text := columns.text_of(staged, match.column)) is not None
        ),
    ).subquery("read")
    values: dict[str, sa.ColumnElement[object]] = {
        column.name: read.c[f"raw {column.name}" if column.type is ValueType.TEXT else column.name]
        for column in texts
    }
    checks = tuple(_checks(columns.spec, tuple(texts), read, values))
    values |= {match.column: read.c[match.column] for match in columns.attributes if match.column}
    problem = (
        sa.case(*((check.fails, number) for number, check in enumerate(checks)))
        if checks
        else sa.null()
    )
    statement = sa.select(
        sa.literal(file_number), read.c._line, problem.label("_problem"), *values.values()
    )
    return typed.insert().from_select(["_file", "_line", "_problem", *values], statement), checks


def _checks(
    spec: KindSpec,
    brought: Sequence[ColumnSpec],
    read: sa.Subquery,
    values: dict[str, sa.ColumnElement[object]],
) -> Iterator[Check]:
    for column in brought:
        if column.is_value_required:
            raw = read.c[f"raw {column.name}"]
            yield Check(
                rule="value.missing", column=column.name, expectation="", fails=raw.is_(None)
            )
    for column in brought:
        if column.type is not ValueType.TEXT:
            rule, expectation = WHAT_IT_IS_NOT[column.type]
            raw = read.c[f"raw {column.name}"]
            fails = raw.is_not(None) & values[column.name].is_(None)
            yield Check(rule=rule, column=column.name, expectation=expectation, fails=fails)
    if spec.kind is SourceKind.ORDER_ITEMS:
        yield from _item_checks(spec, values)


def _item_checks(spec: KindSpec, values: dict[str, sa.ColumnElement[object]]) -> Iterator[Check]:
    amounts = [values[name] for name in spec.required_any if name in values]
    first = next(name for name in spec.required_any if name in values)
    yield Check(
        rule="value.missing",
        column=first,
        expectation="",
        fails=sa.func.coalesce(*amounts, sa.null()).is_(None),
    )
    if "is_return" in values and "is_cancellation" in values:
        yield Check(
            rule="item.both_flags",
            column="is_return",
            expectation="a line that is returned and canceled at once",
            fails=sa.and_(
                sa.cast(values["is_return"], sa.Boolean),
                sa.cast(values["is_cancellation"], sa.Boolean),
            ),
        )


def problems(
    connection: sa.Connection,
    staged: sa.Table,
    typed: sa.Table,
    columns: FileColumns,
    checks: Sequence[Check],
    *,
    file_number: int,
    path: Path,
) -> Iterator[BadRow]:
    """Yield the refused rows of one file in their order, with the value that was found."""
    raw = sa.case(
        *(
            (typed.c._problem == number, text)
            for number, check in enumerate(checks)
            if (text := columns.text_of(staged, check.column)) is not None
        ),
        else_=sa.null(),
    )
    statement = (
        sa.select(staged.c._line, staged.c._offset, staged.c._length, typed.c._problem, raw)
        .join_from(staged, typed, staged.c._line == typed.c._line)
        .where(typed.c._problem.is_not(None), typed.c._file == file_number)
        .order_by(staged.c._line)
    )
    for line, offset, length, number, value in connection.execute(statement):
        check = checks[number]
        header = columns.header_of(check.column)
        yield BadRow(
            file=path,
            extent=Extent(line=line, offset=offset, length=length),
            rule=check.rule,
            message=_message(check, header, value),
            column=header,
            value=value,
        )


def _message(check: Check, header: str, value: str | None) -> str:
    match check.rule:
        case "value.missing":
            return f'"{header}" is empty'
        case "item.both_flags":
            return "the line is returned and canceled at once"
        case _:
            return f'"{value}" is not {check.expectation}'
