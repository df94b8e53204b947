"""Random texts that mean something over the fixture's catalog: names exist, values fit.

Built from words, not from trees, so that the whole way from text to rows is walked.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from dsl.catalog import DataType, Grain, Unit
from dsl.literals import quoted
from tests.dsl.fixture import CATALOG, FixtureColumn, FixtureTable
from tests.dsl.orders import FACTS
from tests.dsl.random_customers import NUMBERS, TEXTS

__all__ = ["purchase_segments", "row_conditions", "segments"]

Words = st.SearchStrategy[str]
_TABLES = (*CATALOG.tables, *CATALOG.files)
_LINES = "unified_itemized_transactions"
_COMPARISONS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])


def _join(*parts: str | Words) -> Words:
    """Texts of these parts, with blanks between those that are not empty.

    A composite, since hypothesis refuses strategies whose descriptions are as long as a book.
    """
    words = st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts))

    @st.composite
    def joined(draw: st.DrawFn) -> str:
        return " ".join(filter(None, draw(words)))

    return joined()


def _or_nothing(words: Words) -> Words:
    return st.just("") | words


def _listed(words: Words) -> Words:
    return st.lists(words, min_size=1, max_size=3).map(lambda items: f"({', '.join(items)})")


# --- values ---------------------------------------------------------------------------------------

_TEXTS = st.sampled_from([*TEXTS, "ão", "%", "_", "IC", "s"]).map(quoted)
_NUMBERS = st.sampled_from([*(str(number) for number in NUMBERS if number >= 0), "0.5", "2.25"])
_SMALL = st.integers(1, 4).map(str)
_UNITS = st.sampled_from(["days", "weeks", "months", "quarters", "years"])
_AMOUNTS = st.sampled_from(["1", "2", "7", "13", "30", "90"])
_PERIODS = _join(
    st.sampled_from(["this", "previous", "next"]),
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
_DATES = st.one_of(
    st.sampled_from(
        ["today", "yesterday", "tomorrow", "now", "2026-06-30", "2026-06-01", "2024-02-29"]
    ),
    st.sampled_from(["2026-06-29T12:00:01", "2026-06-30T00:00", "now - 12 hours", "6 hours ago"]),
    _join(st.sampled_from(["today -", "today +", "now -", "tomorrow -"]), _AMOUNTS, _UNITS),
    _join(_AMOUNTS, _UNITS, "ago"),
    _join(st.sampled_from(["start of", "end of"]), _PERIODS),
)
_BOUNDS = _join(
    st.sampled_from(["on", "not on", "after", "before", "on or after", "on or before"]), _DATES
)
_RANGES = _join(st.sampled_from(["between", "not between"]), _DATES, "and", _DATES)
_ROLLING = _join(st.sampled_from(["in last", "in next"]), _AMOUNTS, _UNITS)
_WINDOWS = st.one_of(_BOUNDS, _RANGES, _ROLLING, _join("in", _PERIODS), st.just("in last 36 hours"))
_CLOSED = st.one_of(_ROLLING, _join("in", _PERIODS), _join("on", _DATES))


# --- tests ----------------------------------------------------------------------------------------


def _tests(column: FixtureColumn, name: str) -> Words:
    """Tests that the column's type takes."""
    nulls = st.sampled_from(["is null", "is not null"])
    match column.type:
        case DataType.STRING:
            return _join(name, st.one_of(nulls, _text_tests()))
        case DataType.BOOLEAN:
            truths = ["is true", "is not true", "is false", "is not false", "= true", "!= false"]
            return _join(name, st.one_of(nulls, st.sampled_from(truths)))
        case DataType.DATE | DataType.DATETIME:
            return st.one_of(_join(name, st.one_of(nulls, _WINDOWS)), _taken_of_dates(name))
        case DataType.INTEGER | DataType.DECIMAL | DataType.FLOAT:
            return _join(name, st.one_of(nulls, _number_tests(column)))


def _text_tests() -> Words:
    places = ["contains", "starts with", "ends with"]
    negatives = ["does not contain", "does not start with", "does not end with"]
    operators = st.sampled_from([*places, *negatives])
    matches = st.sampled_from(["any of", "all of"])
    return st.one_of(
        _join(st.sampled_from(["is", "is not", "=", "!=", "matches case"]), _TEXTS),
        _join(operators, _TEXTS),
        _join(operators, matches, _listed(_TEXTS)),
        _join(st.sampled_from(["in", "not in"]), _listed(_TEXTS)),
        st.sampled_from(["is empty", "is not empty"]),
    )


def _number_tests(column: FixtureColumn) -> Words:
    low_and_high = st.lists(_NUMBERS, min_size=2, max_size=2).map(
        lambda ends: " and ".join(sorted(ends, key=float))
    )
    values = _NUMBERS
    if column.unit is Unit.MONEY:
        values |= st.just("$99.99")
    if column.unit is Unit.RATIO:
        values |= st.just("50%")
    return st.one_of(
        _join(_COMPARISONS, values),
        _join(st.sampled_from(["between", "not between"]), low_and_high),
        _join(st.sampled_from(["in", "not in"]), _listed(_NUMBERS)),
    )


def _taken_of_dates(name: str) -> Words:
    numbers = st.sampled_from(["0", "1", "2", "5", "6", "7", "28", "30", "40", "365", "2.5"])
    functions = st.sampled_from(
        ["age of", "days since", "days until", "month of", "day of", "weekday of"]
    )
    years = _join("year of", name, _COMPARISONS, st.sampled_from(["1986", "2025", "2026"]))
    return st.one_of(
        _join(functions, name, _COMPARISONS, numbers),
        _join(functions, name, st.sampled_from(["in", "not in"]), _listed(numbers)),
        _join("anniversary of", name, _CLOSED),
        years,
    )


def _chains(inner: Words) -> Words:
    parts = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        parts.map(lambda each: f"({' and '.join(each)})"),
        parts.map(lambda each: f"({' or '.join(each)})"),
        inner.map(lambda part: f"not ({part})"),
    )


def _columns(table: FixtureTable) -> list[FixtureColumn]:
    return [column for column in table.columns if column.name != "amperity_id"]


def row_conditions(table: FixtureTable) -> Words:
    """What may stand inside `where (…)`."""
    tests = st.one_of(*(_tests(column, column.name) for column in _columns(table)))
    numbers = [column.name for column in _columns(table) if column.type.is_number]
    if not numbers:
        return st.recursive(tests, _chains, max_leaves=4)
    pairs = _join(st.sampled_from(numbers), _COMPARISONS, st.sampled_from(numbers))
    return st.recursive(st.one_of(tests, tests, pairs), _chains, max_leaves=4)


def _where(table: FixtureTable) -> Words:
    return _or_nothing(row_conditions(table).map(lambda rows: f"where ({rows})"))


# --- conditions -----------------------------------------------------------------------------------


def _one_row_tests() -> Words:
    tables = [table for table in _TABLES if table.grain is Grain.ONE]
    tests = [
        _tests(column, f"{table.name}.{column.name}")
        for table in tables
        for column in _columns(table)
    ]
    factors = _or_nothing(st.sampled_from(["0.5 *", "2 *", "1.123456789 *"]))
    ratios = _join("l12m_order_revenue", _COMPARISONS, factors, "ly12m_order_revenue")
    texts = _join(
        "first_order_purchase_channel", st.sampled_from(["is", "is not"]),
        "latest_order_purchase_channel",
    )  # fmt: skip
    dates = _join("first_order_datetime", _COMPARISONS, "latest_order_datetime")
    return st.one_of(*tests, ratios, texts, dates)


def _many_row_conditions(table: FixtureTable) -> Words:
    where, columns = _where(table), _columns(table)
    bare = st.one_of(*(_tests(column, f"{table.name}.{column.name}") for column in columns))
    quantifier = st.sampled_from(["any row in", "no row in", "every row in"])
    rows = row_conditions(table).map(lambda condition: f"where ({condition})")
    sums = st.sampled_from([f"{table.name}.{c.name}" for c in columns if c.type.is_number])
    all_columns = st.sampled_from([f"{table.name}.{c.name}" for c in columns])
    functions = st.sampled_from(["sum of", "avg of", "min of", "max of"])
    times = [f"{table.name}.{c.name}" for c in columns if c.type.is_time]
    return st.one_of(
        bare,
        _join(quantifier, table.name, rows),
        _join("count of", table.name, where, _COMPARISONS, st.sampled_from("0123")),
        _join("distinct of", all_columns, where, _COMPARISONS, st.sampled_from("0123")),
        _join(functions, sums, where, _COMPARISONS, _NUMBERS),
        _join(
            st.sampled_from(["min of", "max of"]), st.sampled_from(times), where, _COMPARISONS,
            _DATES,
        ),
    )  # fmt: skip


def _lines(*names: str) -> FixtureTable:
    """The table of lines with these columns only, or with all."""
    lines = CATALOG.table(_LINES)
    assert lines is not None
    columns = [column for column in lines.columns if not names or column.name in names]
    return replace(lines, columns=columns)


def _purchases(lines: FixtureTable) -> Words:
    """Behaviours that ask for columns of this table."""
    where, window = _where(lines), _or_nothing(_WINDOWS)
    often = st.sampled_from(["at least", "at most", "exactly"])
    times = _or_nothing(
        st.one_of(
            _join(often, _SMALL, "times"),
            st.sampled_from(["less than 3 times", "more than 1 times", "between 2 and 3 times"]),
        )
    )
    net = _or_nothing(st.just("net of returns"))
    goods = _join(st.sampled_from(["product_category", "store_id"]), _text_tests())
    others = _or_nothing(_join("and", st.sampled_from(["is_return is null", "item_quantity > 1"])))
    amounts = st.one_of(
        _join(_COMPARISONS, _NUMBERS), st.just("between 1 and 200"), st.just("is at least $30")
    )
    return st.one_of(
        _join("has purchased", times, window, where, net),
        _join("has not purchased", window, where),
        _join("only purchased", _WINDOWS, where),
        _join("first purchase", window, where),
        _join("repeat purchase", window, where),
        row_conditions(lines).flatmap(
            lambda rows: _join(f"first purchase of ({rows})", window)
        ),
        _join("most frequent order", times, window, "where (", goods, others, ")"),
        _join("total value of orders", amounts, window, where, net),
    )  # fmt: skip


def _ranks(among: Words) -> Words:
    columns = st.sampled_from(
        ["l12m_order_revenue", "lifetime_order_frequency", "birthdate", "first_order_datetime",
         "predicted_score"]
    )  # fmt: skip
    ends = st.sampled_from(["top", "bottom"])
    sizes = st.sampled_from(["10%", "33.3%", "100%", "1", "5", "500"])
    scope = _or_nothing(among.map(lambda condition: f"among ({condition})"))
    return st.one_of(
        _join(columns, "in", ends, sizes, scope), _join(ends, sizes, "by", columns, scope)
    )


def _conditions() -> Words:
    one = _one_row_tests()
    many = [_many_row_conditions(table) for table in _TABLES if _has_many_rows(table)]
    others = st.sampled_from(
        ["everyone", 'member of segment "Lovers"', 'not member of segment "Buyers"',
         'member of file "vips.csv"', "rfm at least 3-2-1", "rfm at most 9-5-10"]
    )  # fmt: skip
    bought = _purchases(_lines())
    leaves = st.one_of(one, one, bought, bought, *many, _ranks(one), others)
    return st.recursive(leaves, _chains, max_leaves=5)


def _has_many_rows(table: FixtureTable) -> bool:
    return table.grain is Grain.MANY and table.id_column is not None


_CONDITIONS = _conditions()


@st.composite
def segments(draw: st.DrawFn) -> str:
    """Whole expressions."""
    included = draw(_CONDITIONS)
    return f"{included} exclude {draw(_CONDITIONS)}" if draw(st.booleans()) else included


def _purchase_segments() -> Words:
    some = _purchases(_lines(*FACTS))
    leaves = st.one_of(some, some, _purchases(_lines()), _one_row_tests())
    return st.one_of(st.recursive(leaves, _chains, max_leaves=4), _windows_in_windows())


@st.composite
def _windows_in_windows(draw: st.DrawFn) -> str:
    """Purchases that are part of others, and some that reach beyond them."""
    windows = st.sampled_from(
        ["", "in last 730 days", "in last 90 days", "in last 30 days", "before today - 30 days",
         "between today - 90 days and today - 30 days", "outside today - 90 days and today"]
    )  # fmt: skip
    times = st.sampled_from(
        ["", "", "at least 2 times", "at most 2 times", "exactly 1 time", "between 2 and 3 times"]
    )
    wheres = st.sampled_from(
        ["", "where (purchase_channel is not null)", "where (item_quantity > 0)"]
    )
    where = st.just(draw(wheres)) | wheres  # mostly the same one on both sides
    bought = _join("has purchased", times, windows, where)
    other = st.one_of(
        _join("and", bought),
        _join("and not", bought),
        _join("and has not purchased", windows, where),
        _join("exclude", bought),
    )
    return f"{draw(bought)} {draw(other)}"


_PURCHASE_SEGMENTS = _purchase_segments()


def purchase_segments() -> Words:
    """Expressions about purchases, half of which ask for what all lines of an order may share."""
    return _PURCHASE_SEGMENTS
