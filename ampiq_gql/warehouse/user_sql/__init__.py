"""SQL that people write: read by a parser, judged, and written anew before an engine sees it.

Only what the parser understood runs, since the text is made again from the tree. That is a help
to the user and the first wall; the locked-down reader (`Session`) is the second.
"""

from __future__ import annotations

from ampiq_gql.warehouse.user_sql.guard import MAX_CHARACTERS, guard
from ampiq_gql.warehouse.user_sql.model import (
    ReadableColumn,
    ReadableTable,
    ResultColumn,
    SqlRefused,
    UserSql,
)

__all__ = [
    "MAX_CHARACTERS",
    "ReadableColumn",
    "ReadableTable",
    "ResultColumn",
    "SqlRefused",
    "UserSql",
    "guard",
]
