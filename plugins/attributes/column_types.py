"""Types of the columns of an uploaded file, deduced from all of its rows, never from a sample.

What looks like a number may be none: ids, codes, phone numbers and digits after a zero stay text.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from ampiq_gql.plugin import SourceUnusable

__all__ = ["plain_column", "typed_column"]

MONEY = pa.decimal128(18, 4)
_STAYS_TEXT = re.compile(
    r"(^|[_ ])(id|key|code|zip|plz|postal|postcode|phone|mobile|tel|number|no|nr|sku|upc|ean)$"
)
_INTEGER = r"^-?(0|[1-9][0-9]{0,17})$"
_DECIMAL = r"^-?(0|[1-9][0-9]{0,13})(\.[0-9]{1,4})?$"
_FLOAT = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATE = f"^{_DAY}$"
_DATETIME = f"^{_DAY}[T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\\.[0-9]{{1,6}})?)?$"
_BOOLEAN = r"^(?i:true|false)$"  # yes and no stay what the person wrote
_TRUE = r"^(?i:true)$"


def typed_column(header: str, texts: pa.Array) -> pa.Array:
    """Return the values in the narrowest type that all of them have; blank ones are NULL."""
    trimmed = pc.utf8_trim_whitespace(texts)
    values = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    if values.null_count == len(values) or _STAYS_TEXT.search(_words(header)):
        return values
    if _all(values, _INTEGER):
        return values.cast(pa.int64())
    if _all(values, _DECIMAL):
        return values.cast(MONEY)
    if _all(values, _BOOLEAN):
        return pc.match_substring_regex(values, _TRUE)
    try:
        return _time(values)
    except pa.ArrowInvalid:
        return values  # 2026-02-30 is no day: the column is text, and nothing of it is lost


def _time(values: pa.Array) -> pa.Array:
    if _all(values, _DATE):
        return values.cast(pa.date32())
    if _all(values, _DATETIME):
        return values.cast(pa.timestamp("us"))
    return values.cast(pa.float64()) if _all(values, _FLOAT) else values


def plain_column(header: str, column: pa.ChunkedArray) -> pa.Array:
    """Return a column of a Parquet file in a type that every warehouse has.

    Instants become UTC without a zone. Raises `SourceUnusable` (LIST_COLUMN_UNSUPPORTED).
    """
    values = column.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    wanted = _plain_type(values.type)
    if wanted is None:
        raise SourceUnusable(
            "LIST_COLUMN_UNSUPPORTED",
            f'The column "{header}" holds {values.type}, which is no single value.',
            hint="Write numbers, texts, dates or yes and no.",
        )
    if isinstance(values.type, pa.UuidType):
        return pa.array((str(one) if one else None for one in values.to_pylist()), pa.string())
    return values.cast(wanted)


def _plain_type(kind: pa.DataType) -> pa.DataType | None:
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if is_text or pa.types.is_string_view(kind) or isinstance(kind, pa.UuidType):
        return pa.string()
    if pa.types.is_uint64(kind):
        return pa.decimal128(20, 0)
    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_floating(kind):
        return pa.float64()
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us")
    if pa.types.is_date(kind):
        return pa.date32()
    is_kept = pa.types.is_decimal128(kind) or pa.types.is_boolean(kind)
    return kind if is_kept else None


def _all(values: pa.Array, pattern: str) -> bool:
    """Tell whether every value that is there has the form."""
    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())


def _words(header: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", header).strip().lower()
