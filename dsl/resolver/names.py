"""Names of columns and tables: what they mean, or what they could have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from dsl.ast import ColumnName, Name
from dsl.catalog import FILE_PREFIX, ID_COLUMN, QUERY_PREFIX, Column, Table, list_prefix
from dsl.diagnostics import Diagnostic, Fix, Span
from dsl.resolver.context import Context, Found
from dsl.suggestions import Candidate, nearest, quoted_name

__all__ = ["did_you_mean", "find_column", "find_table", "look_up"]

_KINDS = {"": "table", FILE_PREFIX: "uploaded file", QUERY_PREFIX: "query with a result"}
_MANY = {FILE_PREFIX: "uploaded files", QUERY_PREFIX: "results of queries"}


def find_column(context: Context, name: ColumnName) -> Found | None:
    """Return the column that a name means; report and return None when it means none."""
    found = look_up(context, name)
    if isinstance(found, Diagnostic):
        context.findings.add(found)
        return None
    if found.column.is_pii and not context.may_read_pii:
        message = f"{found.title} is personal data, which you may not use in conditions"
        context.findings.error("E401", message, name)
        return None
    if found.column.is_snapshot and context.as_of.day != context.catalog.build_as_of:
        context.uses.snapshots.setdefault(found.column.name, name.span)
    return found


def find_table(context: Context, name: Name) -> Table | None:
    """Return the table with the customer's id that a name means; report what is wrong with it."""
    table = _table(context, name)
    if table is None:
        context.findings.add(_unknown_table(context, name))
        return None
    if table.id_column is None:
        context.findings.add(_without_id(context, table, name.span))
        return None
    return table


def look_up(context: Context, name: ColumnName) -> Found | Diagnostic:
    """Return the column, or the finding that says why there is none."""
    if context.row_table is not None:
        return _look_up_in_rows(context, context.row_table, name)
    if name.table is not None:
        table = _table(context, name.table)
        if table is None:
            return _unknown_table(context, name.table)
        return _look_up_in_table(context, table, name)
    return _look_up_anywhere(context, name)


def _look_up_in_rows(context: Context, rows: Table, name: ColumnName) -> Found | Diagnostic:
    """Inside `where (…)` names mean columns of that table only."""
    if name.table is not None and _table(context, name.table) is not rows:
        message = (
            f"inside this where (…) only columns of “{rows.name}” can be tested, "
            f"not of “{name.table.text}”"
        )
        return Diagnostic("E201", message, name.table.span)
    found = _look_up_in_table(context, rows, name)
    if not isinstance(found, Diagnostic):
        return found
    owners = [table.name for table in context.catalog.tables if _column(table, name.column)]
    if not owners or name.table is not None:
        return found
    message = (
        f"“{name.column.text}” is a column of {owners[0]}; "
        f"inside this where (…) only columns of {rows.name} can be tested"
    )
    return Diagnostic("E201", message, name.span, fixes=found.fixes)


def _look_up_in_table(context: Context, table: Table, name: ColumnName) -> Found | Diagnostic:
    column = _column(table, name.column)
    if column is None:
        message = f"table “{table.name}” has no column “{name.column.text}”"
        return did_you_mean(context, "E201", message, name.column, _column_candidates([table]))
    if table.id_column is None:
        return _without_id(context, table, name.span)
    return Found(table=table, column=column, name=name)


def _look_up_anywhere(context: Context, name: ColumnName) -> Found | Diagnostic:
    tables = [table for table in context.catalog.tables if table.id_column is not None]
    for _, rank in groupby(sorted(tables, key=_rank), key=_rank):
        hits = [(table, column) for table in rank if (column := _column(table, name.column))]
        if len(hits) > 1:
            return _ambiguous(name, [table for table, _ in hits])
        for table, column in hits:
            return Found(table=table, column=column, name=name)
    without_id = [table for table in context.catalog.tables if _column(table, name.column)]
    if without_id:
        return _without_id(context, without_id[0], name.span)
    return _unknown_column(context, name, tables)


def _rank(table: Table) -> int:
    return table.lookup_rank


def _table(context: Context, name: Name) -> Table | None:
    if list_prefix(name.text):
        return context.catalog.table(name.text.lower())
    for form in _forms(name):
        if (table := context.catalog.table(form)) is not None:
            return table
    labelled = (each for each in context.catalog.tables if _is_label(name, each.label))
    return next(labelled, None)


def _column(table: Table, name: Name) -> Column | None:
    for form in _forms(name):
        if (column := table.column(form)) is not None:
            return column
    return next((each for each in table.columns if _is_label(name, each.label)), None)


def _forms(name: Name) -> Sequence[str]:
    """The normalised names that a written name stands for."""
    lowered = name.text.lower()
    if not name.is_quoted:
        return (lowered,)
    return lowered, re.sub(r"\W", "_", lowered), re.sub(r"\W+", "_", lowered).strip("_")


def _is_label(name: Name, label: str) -> bool:
    return name.is_quoted and name.text.strip().casefold() == label.casefold()


# --- what could have been meant -------------------------------------------------------------------


def did_you_mean(
    context: Context, code: str, message: str, name: Name, candidates: Iterable[Candidate]
) -> Diagnostic:
    """Return the finding with the nearest names as fixes."""
    near = () if context.findings.are_enough else nearest(name.text, candidates)
    if near:
        message += f"; did you mean {' or '.join(f'“{each}”' for each in near)}?"
    fixes = tuple(Fix(f"write {each}", name.span, quoted_name(each)) for each in near)
    return Diagnostic(code, message, name.span, fixes=fixes)


def _unknown_table(context: Context, name: Name) -> Diagnostic:
    prefix = list_prefix(name.text)
    known = context.catalog.files if prefix else context.catalog.tables
    candidates = [
        Candidate(each.name, (f"{prefix}{each.label}",))
        for each in known
        if each.name.startswith(prefix)
    ]
    message = f"no {_KINDS[prefix]} is named “{name.text}”"
    return did_you_mean(context, "E201", message, name, candidates)


def _unknown_column(context: Context, name: ColumnName, tables: Sequence[Table]) -> Diagnostic:
    table = _table(context, name.column)
    if table is not None:
        message = f"“{table.name}” is a table; name one of its columns, as in {table.name}.…"
        return Diagnostic("E201", message, name.span)
    message = f"no column is named “{name.column.text}”"
    in_files = [file for file in context.catalog.files if _column(file, name.column)]
    if in_files:
        return _only_in_files(name, in_files)
    return did_you_mean(context, "E201", message, name.column, _column_candidates(tables))


def _column_candidates(tables: Iterable[Table]) -> list[Candidate]:
    """Every column, once per name."""
    columns = {column.name: column for table in tables for column in table.columns}
    return [Candidate(each.name, (each.label,)) for each in columns.values()]


def _only_in_files(name: ColumnName, files: Sequence[Table]) -> Diagnostic:
    """Columns of files are meant by their full names alone: no upload changes other texts."""
    choices = [f"{file.name}.{quoted_name(name.column.text)}" for file in files]
    prefixes = {list_prefix(file.name) for file in files}
    where = " and ".join(words for prefix, words in _MANY.items() if prefix in prefixes)
    message = f"“{name.column.text}” is a column of {where} only; write {' or '.join(choices)}"
    fixes = tuple(Fix(f"write {choice}", name.span, choice) for choice in choices)
    return Diagnostic("E201", message, name.span, fixes=fixes)


def _ambiguous(name: ColumnName, tables: Sequence[Table]) -> Diagnostic:
    choices = [f"{table.name}.{quoted_name(name.column.text)}" for table in tables]
    message = f"“{name.column.text}” is a column of several tables; write {' or '.join(choices)}"
    fixes = tuple(Fix(f"write {choice}", name.span, choice) for choice in choices)
    return Diagnostic("E202", message, name.span, fixes=fixes)


def _without_id(context: Context, table: Table, at: Span) -> Diagnostic:
    usable = [each.name for each in context.catalog.tables if each.id_column is not None]
    message = (
        f"table “{table.name}” has no {ID_COLUMN}, so it says nothing about customers; "
        f"tables that do: {', '.join(usable)}"
    )
    return Diagnostic("E204", message, at)
