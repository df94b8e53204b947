"""Input checks of privacy requests (5.1)."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.validation.conditions import blank
from ampiq_gql.build.validation.declarations import Check, Condition, RowCheck
from ampiq_gql.build.validation.relations import build_rows
from ampiq_gql.build.validation.texts import is_filled
from ampiq_gql.ingest.patterns import matches

__all__ = ["CHECKS"]

REQUESTS = build_rows("unified_compliance_overview")
TYPES = ("delete", "delete_pii", "dsar")
STRATEGIES = ("exact", "connected_pii")
DIGITS = "^[+]?[0-9]{7,15}$"


def _is_none_of(column: str, known: tuple[str, ...]) -> Condition:
    return lambda rows: is_filled(rows[column]) & sa.not_(rows[column].in_(known))


CHECKS: tuple[Check, ...] = (
    *(
        RowCheck(
            id=f"in.privacy.{column.removeprefix('request_')}_missing",
            rows=REQUESTS,
            column=column,
            error_above=0,
            fails=blank(column),
            meaning=f"Privacy requests without {column}.",
            advice="Complete the request: it cannot be carried out as it stands.",
        )
        for column in ("request_id", "request_type", "request_strategy")
    ),
    *(
        RowCheck(
            id=f"in.privacy.{column.removeprefix('request_')}",
            rows=REQUESTS,
            column=column,
            error_above=0,
            fails=_is_none_of(column, known),
            meaning=f"Privacy requests whose {column} is none of {', '.join(known)}.",
            advice=f"Spell {column} as one of {', '.join(known)}.",
        )
        for column, known in (("request_type", TYPES), ("request_strategy", STRATEGIES))
    ),
    RowCheck(
        id="in.privacy.phone",
        rows=REQUESTS,
        column="request_phone",
        error_above=0,
        checked=lambda rows: is_filled(rows["request_phone"]),
        fails=lambda rows: sa.not_(matches(rows["request_phone"], DIGITS)),
        meaning="Privacy requests whose phone number is not 7 to 15 digits.",
        advice="Write the number as digits alone: it would match nobody.",
    ),
)
