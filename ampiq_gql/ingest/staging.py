"""One file on its way into a source table: columns as read, then typed values with their problems.

`staged` holds one file as it was read, `typed` the values of all files of one kind. A row has at
most one problem, the first in the order of its checks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.bad_rows import BadRow, Extent
from ampiq_gql.ingest.columns import ColumnSpec, KindSpec, ValueType
from ampiq_gql.ingest.models import ColumnMatch, SourceKind
from ampiq_gql.ingest.native import NATIVE_SQL_TYPES, native_text, native_value
from ampiq_gql.ingest.patterns import matches
from ampiq_gql.ingest.sources import column_type
from ampiq_gql.ingest.table_file import Native, RowFormat
from ampiq_gql.ingest.unneeded import note_reason, without_placeholder
from ampiq_gql.ingest.values import Reading

__all__ = [
    "Check", "FileColumns", "TypedFile", "noted_table", "notes", "problems", "staged_table",
    "type_rows", "typed_table",
]  # fmt: skip

Value = sa.ColumnElement[Any]

WHAT_IT_IS_NOT = {
    ValueType.INTEGER: ("value.integer", "a whole number"),
    ValueType.DECIMAL: ("value.number", "a number"),
    ValueType.BOOLEAN: ("value.boolean", "yes or no"),
    ValueType.DATE: ("value.date", "a date"),
    ValueType.DATETIME: ("value.date", "a date"),
}


IDS = ("order_id", "customer_id", "product_id")
SHORTENED = r"^[0-9]([.,][0-9]+)?E[+][0-9]+$"
"""What spreadsheets make of long numbers: several ids become one, and their rows would merge."""

AN_ID = "an id, but a number that a spreadsheet shortened: export the column as text"
A_ZONE = "a time zone such as Europe/Paris or +02:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileColumns:
    """Where the columns of one file go; what `matches[n]` is about is staged as column `str(n)`."""

    spec: KindSpec
    matches: tuple[ColumnMatch, ...]
    natives: tuple[Native, ...]

    def position(self, name: str) -> int | None:
        """Return which column of the file feeds a target column; None when none does."""
        for number, match in enumerate(self.matches):
            if match.column == name:
                return number
        return None

    def native_of(self, name: str) -> Native | None:
        """Return the type that the file's format gives to a target column."""
        number = self.position(name)
        return None if number is None else self.natives[number]

    def text_of(self, staged: sa.FromClause, name: str) -> Value | None:
        """Return the trimmed text of a target column; None when the file does not bring it."""
        number = self.position(name)
        if number is None:
            return None
        text = native_text(staged.c[str(number)], self.natives[number])
        return sa.func.lower(text, type_=sa.Text) if self.matches[number].is_contact else text

    def presence_of(self, staged: sa.FromClause, name: str) -> Value | None:
        """Return what is NULL where a target column has no text; None when the file lacks it.

        What the file's format has typed is not spelled for that: it would cost more than all the
        rest of the typing.
        """
        number = self.position(name)
        if number is None or self.natives[number] is Native.TEXT:
            return self.text_of(staged, name)
        return staged.c[str(number)]

    def value_of(self, staged: sa.FromClause, column: ColumnSpec, reading: Reading) -> Value:
        """Return the typed value of a target column that the file brings."""
        number = self.position(column.name)
        return native_value(staged.c[str(number)], self.natives[number or 0], column.type, reading)

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
    fails: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedFile:
    """The statement that fills `typed`, the checks that its `_problem` counts from 0, and which
    columns lose values that are bad and not needed."""

    statement: sa.Insert
    checks: tuple[Check, ...]
    noted: tuple[ColumnSpec, ...]


def staged_table(natives: Sequence[Native], name: str = "staged_rows") -> sa.Table:
    """Describe one file as it is read."""
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("_line", sa.BigInteger),
        sa.Column("_offset", sa.BigInteger),
        sa.Column("_length", sa.BigInteger),
        *(
            sa.Column(str(number), NATIVE_SQL_TYPES[native])
            for number, native in enumerate(natives)
        ),
        prefixes=["TEMPORARY"],
    )


def typed_table(spec: KindSpec, brought: Collection[str]) -> sa.Table:
    """Describe the values of the whole load: only columns that a file brings, and the key."""
    known = {column.name for column in spec.columns}
    return sa.Table(
        f"typed_{spec.kind.replace('-', '_')}",
        sa.MetaData(),
        sa.Column("_file", sa.BigInteger),
        sa.Column("_line", sa.BigInteger),
        sa.Column("_problem", sa.BigInteger),
        *(
            sa.Column(column.name, column_type(column.type))
            for column in spec.columns
            if column.name in brought or column.name in spec.key
        ),
        *(sa.Column(name, sa.Text) for name in sorted(brought) if name not in known),
        prefixes=["TEMPORARY"],
    )


def noted_table(kind: SourceKind) -> sa.Table:
    """Describe the values of the whole load that are bad and not needed."""
    texts = ("key", "column_name", "value", "reason")
    return sa.Table(
        f"noted_{kind.replace('-', '_')}",
        sa.MetaData(),
        sa.Column("line", sa.BigInteger),
        *(sa.Column(name, sa.Text) for name in texts),
        prefixes=["TEMPORARY"],
    )


def type_rows(
    staged: sa.FromClause,
    typed: sa.Table,
    columns: FileColumns,
    readings: Mapping[str, Reading],
    *,
    file_number: int,
) -> TypedFile:
    """Say how the rows of one file become typed."""
    brought = [
        column for column in columns.spec.columns if columns.position(column.name) is not None
    ]
    noted = tuple(column for column in brought if column.is_noted)
    read = sa.select(
        staged.c._line,
        *(
            raw.label(f"raw {column.name}")
            for column in brought
            if (raw := _raw(columns, staged, column)) is not None
        ),
        *(
            columns.value_of(staged, column, readings[column.name]).label(column.name)
            for column in brought
            if column.type is not ValueType.TEXT
        ),
        *(
            text.label(match.column)
            for match in columns.attributes
            if match.column and (text := columns.text_of(staged, match.column)) is not None
        ),
    ).subquery("read")
    values: dict[str, Value] = {
        column.name: read.c[f"raw {column.name}" if column.type is ValueType.TEXT else column.name]
        for column in brought
    }
    checks = tuple(_checks(columns, brought, read, values, readings))
    for column in noted:
        values[column.name] = without_placeholder(values[column.name], column)
    values |= {match.column: read.c[match.column] for match in columns.attributes if match.column}
    problem = (
        sa.case(*((check.fails, number) for number, check in enumerate(checks)))
        if checks
        else sa.cast(sa.null(), sa.BigInteger)
    )
    select = sa.select(
        sa.literal(file_number), read.c._line, problem.label("_problem"), *values.values()
    )
    statement = typed.insert().from_select(["_file", "_line", "_problem", *values], select)
    return TypedFile(statement=statement, checks=checks, noted=noted)


def _raw(columns: FileColumns, staged: sa.FromClause, column: ColumnSpec) -> Value | None:
    """Return a column as the file has it: texts in words, the rest as far as the checks ask."""
    if column.type is ValueType.TEXT:
        return columns.text_of(staged, column.name)
    return columns.presence_of(staged, column.name)


def _checks(
    columns: FileColumns,
    brought: Sequence[ColumnSpec],
    read: sa.Subquery,
    values: dict[str, Value],
    readings: Mapping[str, Reading],
) -> Iterator[Check]:
    spec = columns.spec
    for column in brought:
        if column.is_value_required:
            raw = read.c[f"raw {column.name}"]
            yield Check(
                rule="value.missing", column=column.name, expectation="", fails=raw.is_(None)
            )
    for column in brought:
        if column.type is not ValueType.TEXT and not column.is_noted:
            rule, expectation = WHAT_IT_IS_NOT[column.type]
            raw = read.c[f"raw {column.name}"]
            fails = raw.is_not(None) & values[column.name].is_(None)
            yield Check(rule=rule, column=column.name, expectation=expectation, fails=fails)
        zones = readings[column.name].zones
        if zones is not None:
            raw = read.c[f"raw {column.name}"]
            fails = raw.is_not(None) & raw.not_in(sorted(zones))
            yield Check(rule="value.zone", column=column.name, expectation=A_ZONE, fails=fails)
    for name in IDS:
        if name in values and columns.native_of(name) is Native.TEXT:
            text = read.c[f"raw {name}"]
            # Few ids hold the two letters at all, and the pattern costs more.
            held = sa.and_(text.contains("E+", autoescape=True), matches(text, SHORTENED))
            yield Check(rule="value.shortened", column=name, expectation=AN_ID, fails=held)
    if spec.kind is SourceKind.ORDER_ITEMS and any(name in values for name in spec.required_any):
        yield from _item_checks(spec, values)


def _item_checks(spec: KindSpec, values: dict[str, Value]) -> Iterator[Check]:
    amounts = [values[name] for name in spec.required_any if name in values]
    first = next(name for name in spec.required_any if name in values)
    yield Check(
        rule="value.missing",
        column=first,
        expectation="",
        fails=sa.func.coalesce(*amounts, sa.null()).is_(None),
    )
    if "line_number" in values:
        # A line of a file that numbers its lines could take the place of another without one.
        yield Check(
            rule="value.missing",
            column="line_number",
            expectation="",
            fails=values["line_number"].is_(None),
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
    file: str,
    format: RowFormat,
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
    texts: list[Value] = []
    if format is RowFormat.PARQUET:
        texts = [
            native_text(staged.c[str(number)], native)
            for number, native in enumerate(columns.natives)
        ]
    statement = (
        sa.select(staged.c._line, staged.c._offset, staged.c._length, typed.c._problem, raw, *texts)
        .join_from(staged, typed, staged.c._line == typed.c._line)
        .where(typed.c._problem.is_not(None), typed.c._file == file_number)
        .order_by(staged.c._line)
    )
    for line, offset, length, number, value, *row in connection.execute(statement):
        check = checks[number]
        header = columns.header_of(check.column)
        yield BadRow(
            file=file,
            extent=Extent(line=line, offset=offset, length=length),
            rule=check.rule,
            message=_message(check, header, value),
            column=header,
            value=value,
            row=tuple(row) if texts else None,
        )


def notes(
    staged: sa.Table, typed: sa.Table, columns: FileColumns, file: TypedFile, *, file_number: int
) -> Iterator[sa.Select[Any]]:
    """Yield a select for each noted column: line, key, column, what it said, and why it is gone."""
    key = columns.spec.key[0]
    for column in file.noted:
        text = columns.text_of(staged, column.name)
        if text is not None:
            yield (
                sa.select(
                    typed.c[key].label("key"),
                    typed.c._line.label("line"),
                    sa.literal(column.name).label("column_name"),
                    text.label("value"),
                    sa.literal(note_reason(column)).label("reason"),
                )
                .join_from(staged, typed, staged.c._line == typed.c._line)
                .where(
                    typed.c._file == file_number,
                    typed.c._problem.is_(None),
                    text.is_not(None),
                    typed.c[column.name].is_(None),
                )
            )


def _message(check: Check, header: str, value: str | None) -> str:
    match check.rule:
        case "value.missing":
            return f'"{header}" is empty'
        case "item.both_flags":
            return "the line is returned and canceled at once"
        case "currency.rate":
            return f'there is no rate from "{value}" {check.expectation}'
        case _:
            return f'"{value}" is not {check.expectation}'
