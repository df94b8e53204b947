"""How ClickHouse spells expressions that the other engines spell alike."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from clickhouse_connect.cc_sqlalchemy.sql.compiler import ChStatementCompiler

__all__ = ["StatementCompiler"]


class StatementCompiler(ChStatementCompiler):
    """The driver's compiler, with the meaning that SQL has elsewhere."""

    def visit_bindparam(self, bindparam: Any, **options: Any) -> str:  # type: ignore[override]  # passed on as they come
        """State the type of what travels as text."""
        text: str = super().visit_bindparam(bindparam, **options)  # type: ignore[no-untyped-call]  # as the driver has it
        is_typed = isinstance(bindparam.type, sa.Numeric | sa.Date | sa.DateTime | sa.Uuid)
        is_written = options.get("literal_binds") or bindparam.literal_execute
        if not is_typed or bindparam.expanding or is_written:
            return text
        return f"CAST({text} AS {self.dialect.type_compiler_instance.process(bindparam.type)})"

    def visit_lower_func(self, function: sa.Function[str], **options: Any) -> str:
        """`lower` folds ASCII only there."""
        return f"lowerUTF8{self.function_argspec(function, **options)}"

    def visit_upper_func(self, function: sa.Function[str], **options: Any) -> str:
        """`upper` folds ASCII only there."""
        return f"upperUTF8{self.function_argspec(function, **options)}"

    def visit_sub_binary(self, binary: Any, _operator: Any, **options: Any) -> str:
        """A day less another is a number of days elsewhere; there only a function counts them."""
        left, right = (self.process(part, **options) for part in (binary.left, binary.right))
        if isinstance(binary.left.type, sa.Date) and isinstance(binary.right.type, sa.Date):
            return f"dateDiff('day', {right}, {left})"
        return f"{left} - {right}"

    def visit_split_part_func(self, function: sa.Function[str], **options: Any) -> str:
        """Its list of parts is counted from 1; beyond its end stands an empty text."""
        text, separator, number = (self.process(part, **options) for part in function.clauses)
        return f"arrayElement(splitByString({separator}, ifNull({text}, '')), {number})"

    def visit_timezone_func(self, function: sa.Function[Any], **options: Any) -> str:
        """Wall clocks are instants of UTC there, so a zone moves them.

        `timezone(zone, timezone('UTC', x))` makes the wall clock of an instant, the reverse makes
        an instant of a wall clock.
        """
        zone, value = function.clauses
        if isinstance(value, sa.Function) and value.name == "timezone":
            return self._moved(value, zone, options)
        # A text with an offset is read as an instant already.
        return self.process(value, **options)

    def _moved(self, inner: sa.Function[Any], zone: sa.ColumnElement[Any], options: Any) -> str:
        former, value = inner.clauses
        clock = self.process(value, **options)
        if isinstance(former, sa.BindParameter) and former.value == "UTC":
            return _wall_clock(clock, self.process(zone, **options))
        return _instant(clock, self.process(former, **options))

    def visit_regexp_match_op_binary(self, binary: Any, operator: Any, **options: Any) -> str:  # noqa: ARG002 - fixed by SQLAlchemy
        """Patterns are RE2's there as in DuckDB."""
        left, right = (self.process(part, **options) for part in (binary.left, binary.right))
        return f"match({left}, {right})"

    def visit_not_regexp_match_op_binary(self, binary: Any, operator: Any, **options: Any) -> str:
        """See `visit_regexp_match_op_binary`."""
        return f"NOT {self.visit_regexp_match_op_binary(binary, operator, **options)}"

    def visit_regexp_replace_op_binary(self, binary: Any, operator: Any, **options: Any) -> str:  # noqa: ARG002 - fixed by SQLAlchemy
        """Only the first match is replaced, as in DuckDB."""
        pattern, replacement = binary.right.clauses
        parts = (self.process(part, **options) for part in (binary.left, pattern, replacement))
        return f"replaceRegexpOne({', '.join(parts)})"

    def visit_contains_op_binary(self, binary: Any, operator: Any, **options: Any) -> str:
        """There is no ESCAPE there; what is escaped is a plain text, and looked for as such."""
        if "escape" in binary.modifiers:
            return f"(position({self._plain(binary, options)}) > 0)"
        found: str = super().visit_contains_op_binary(binary, operator, **options)  # type: ignore[no-untyped-call]  # as SQLAlchemy has it
        return found

    def visit_startswith_op_binary(self, binary: Any, operator: Any, **options: Any) -> str:
        """See `visit_contains_op_binary`."""
        if "escape" in binary.modifiers:
            return f"startsWith({self._plain(binary, options)})"
        found: str = super().visit_startswith_op_binary(binary, operator, **options)  # type: ignore[no-untyped-call]  # as SQLAlchemy has it
        return found

    def _plain(self, binary: Any, options: Any) -> str:
        """Return both operands, the right one without its escapes."""
        left, right = (self.process(part, **options) for part in (binary.left, binary.right))
        mark = binary.modifiers["escape"]
        return f"{left}, replaceRegexpAll({right}, '{mark}(.)', '\\\\1')"


def _offset(instant: str, zone: str) -> str:
    return f"timeZoneOffset(toTimeZone({instant}, {zone}))"


def _wall_clock(instant: str, zone: str) -> str:
    return f"addSeconds({instant}, {_offset(instant, zone)})"


def _instant(clock: str, zone: str) -> str:
    """Of a time that a change of clocks repeats or skips, take the later one.

    The zone's own function would take the earlier one, where the other engines do not.
    """
    offsets = [_offset(f"addDays({clock}, {days})", zone) for days in (-1, 1)]
    earlier, later = (
        f"subtractSeconds({clock}, {edge}({', '.join(offsets)}))" for edge in ("greatest", "least")
    )
    is_earlier = f"{_wall_clock(earlier, zone)} = {clock} AND {_wall_clock(later, zone)} != {clock}"
    return f"if({is_earlier}, {earlier}, {later})"
