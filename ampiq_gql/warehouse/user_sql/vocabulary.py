"""What a query may be made of: a closed list, so that what nobody thought of is refused.

Functions that reach files, the network, settings, sequences or other sessions are simply not
here, nor those that make a large value of a small one (`repeat`, `lpad`, `generate_series`).
"""

from __future__ import annotations

from sqlglot import exp

from ampiq_gql.warehouse.model import Dialect

__all__ = ["CONSTRUCTS", "FUNCTIONS", "NAMED_FUNCTIONS", "TYPES"]

CONSTRUCTS: frozenset[type[exp.Expr]] = frozenset(
    {
        # the query and its parts
        exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Qualify, exp.Order,
        exp.Ordered, exp.Limit, exp.Offset, exp.Distinct, exp.With, exp.CTE, exp.TableAlias,
        exp.Table, exp.Subquery, exp.Union, exp.Intersect, exp.Except, exp.Rollup, exp.Cube,
        exp.GroupingSets,
        # names and values
        exp.Alias, exp.Column, exp.Identifier, exp.Star, exp.Paren, exp.Tuple, exp.Literal,
        exp.Boolean, exp.Null, exp.Var, exp.Interval, exp.IntervalSpan,
        exp.DataType, exp.DataTypeParam,
        # logic and comparison
        exp.And, exp.Or, exp.Xor, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE,
        exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is, exp.In, exp.Between, exp.Like, exp.ILike,
        exp.SimilarTo, exp.Escape, exp.Exists, exp.Any, exp.All, exp.Case, exp.If,
        # arithmetic and texts
        exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.DPipe,
        exp.AtTimeZone,
        # windows
        exp.Window, exp.WindowSpec, exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls,
    }
)  # fmt: skip

FUNCTIONS: frozenset[type[exp.Expr]] = frozenset(
    {
        # numbers
        exp.Abs, exp.Ceil, exp.Floor, exp.Round, exp.Trunc, exp.Sign, exp.Sqrt, exp.Cbrt, exp.Ln,
        exp.Log, exp.Exp, exp.Pow, exp.Greatest, exp.Least, exp.WidthBucket, exp.IsNan, exp.IsInf,
        # aggregates
        exp.Count, exp.CountIf, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Mode,
        exp.Quantile, exp.ApproxQuantile, exp.ApproxDistinct, exp.PercentileCont,
        exp.PercentileDisc, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance,
        exp.VariancePop, exp.Corr, exp.CovarPop, exp.CovarSamp, exp.ArgMax, exp.ArgMin,
        exp.AnyValue, exp.First, exp.Last, exp.LogicalAnd, exp.LogicalOr, exp.GroupConcat,
        exp.Grouping,
        # windows
        exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile, exp.Lag,
        exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue,
        # texts
        exp.Upper, exp.Lower, exp.Initcap, exp.Length, exp.Trim, exp.Substring, exp.Left,
        exp.Right, exp.Concat, exp.ConcatWs, exp.Replace, exp.Reverse, exp.SplitPart,
        exp.StartsWith, exp.EndsWith, exp.Contains, exp.StrPosition, exp.RegexpLike,
        exp.RegexpReplace, exp.RegexpExtract, exp.Translate, exp.MD5, exp.SHA2, exp.Ascii,
        exp.Levenshtein,
        # times
        exp.CurrentDate, exp.CurrentTimestamp, exp.Extract, exp.Date, exp.DateAdd, exp.DateSub,
        exp.DateDiff, exp.DateTrunc, exp.TimestampAdd, exp.TimestampSub, exp.TimestampDiff,
        exp.TimestampTrunc, exp.DateFromParts, exp.TsOrDsToDate, exp.TsOrDsAdd, exp.TsOrDsDiff,
        exp.StrToDate, exp.StrToTime, exp.TimeToStr, exp.Year, exp.Quarter, exp.Month, exp.Week,
        exp.WeekOfYear, exp.Day, exp.DayOfMonth, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfYear,
        exp.Hour, exp.Minute, exp.Second, exp.LastDay, exp.Monthname, exp.Dayname,
        exp.MonthsBetween,
        # types and gaps
        exp.Cast, exp.TryCast, exp.Coalesce, exp.Nullif, exp.Nvl2,
    }
)  # fmt: skip

_EVERYWHERE = frozenset({"age", "date_part", "char_length", "octet_length", "btrim", "div"})

NAMED_FUNCTIONS = {
    Dialect.DUCKDB: _EVERYWHERE
    | {
        "bool_and", "bool_or", "century", "decade", "epoch", "favg", "fsum", "geomean", "iso_year",
        "isoyear", "jaccard", "jaro_winkler_similarity", "mad", "prefix", "quantile_disc", "suffix",
        "strip_accents", "to_days", "to_hours", "to_months", "to_weeks", "to_years", "yearweek",
    },
    Dialect.POSTGRESQL: _EVERYWHERE
    | {"bool_and", "bool_or", "every", "make_date", "make_interval", "to_char", "to_number"},
    Dialect.CLICKHOUSE: _EVERYWHERE
    | {
        "adddays", "addmonths", "addweeks", "addyears", "avgif", "countif", "dateadd", "datediff",
        "lengthutf8", "lowerutf8", "match", "maxif", "minif", "multiif", "positionutf8",
        "subtractdays", "subtractmonths", "subtractweeks", "subtractyears", "sumif", "todate",
        "todayofmonth", "todayofweek", "todayofyear", "todecimal128", "todecimal64", "tofloat64",
        "tohour", "toint32", "toint64", "tomonth", "toquarter", "tostartofday", "tostartofmonth",
        "tostartofquarter", "tostartofweek", "tostartofyear", "tostring", "toyear", "toyyyymm",
        "uniq", "uniqexact", "uniqexactif", "upperutf8",
    },
}  # fmt: skip
"""Functions that the parser knows by name only, in lower case."""

TYPES = frozenset(
    {
        exp.DataType.Type[name]
        for name in (
            "BIGINT", "BOOLEAN", "CHAR", "DATE", "DATE32", "DATETIME", "DATETIME64", "DECIMAL",
            "DECIMAL32", "DECIMAL64", "DECIMAL128", "DOUBLE", "FLOAT", "INT", "INT128", "INTERVAL",
            "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "TIMESTAMPNTZ", "TIMESTAMPTZ",
            "TINYINT", "UBIGINT", "UINT", "USMALLINT", "UTINYINT", "UUID", "VARCHAR",
        )
    }
)  # fmt: skip
"""Types to cast to; PostgreSQL's `regclass` would look into the system's tables."""
