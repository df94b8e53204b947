"""What the name of a column says about it, for columns that the data model does not know.

Every column of a customers file that is no standard one becomes an attribute, so its name is all
we have; doubtful names are taken for personal data.
"""

from __future__ import annotations

import re

from ampiq_gql.catalog.standard import StandardColumn
from dsl.catalog import DataType

__all__ = ["describe_by_name", "label_of", "normalise"]

_CAPITALS = frozenset(
    {"id", "clv", "rfm", "sms", "pk", "fk", "sku", "upc", "msrp", "l30d", "l3m", "l6m", "l12m",
     "ly12m", "url", "vip"}
)  # fmt: skip
_PERSONAL_WORDS = frozenset(
    {"email", "mail", "phone", "mobile", "telephone", "fax", "address", "street", "postal",
     "postcode", "zip", "zipcode", "birthdate", "birthday", "dob", "ssn", "passport", "surname",
     "firstname", "lastname", "fullname", "iban", "hashed", "fk", "ip"}
)  # fmt: skip
_PERSONAL_NAMES = re.compile(
    r"(^|_)(first|last|given|family|middle|maiden|full|nick|user)_?name($|_)"
    r"|(^|_)(customer|person|member|loyalty|account|household)_(id|key|number|no)($|_)"
    r"|^name$|(^|_)(date_of_birth|birth_date|pk|ck)($|_)"
)


def normalise(text: str) -> str:
    """Return the name as columns and tables are named: lower snake case."""
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")


def label_of(name: str) -> str:
    """Return the friendly name: `l12m_order_revenue` is `L12M Order Revenue`."""
    return " ".join(
        word.upper() if word in _CAPITALS else word.capitalize() for word in name.split("_")
    )


def describe_by_name(name: str, data_type: DataType) -> StandardColumn:
    """Return what the name says; the unit stays unknown."""
    return StandardColumn(
        name=name,
        label=label_of(name),
        type=data_type,
        is_nullable=True,
        unit=None,
        is_pii=not _PERSONAL_WORDS.isdisjoint(name.split("_"))
        or _PERSONAL_NAMES.search(name) is not None,
        is_snapshot=False,
        is_optional=True,
        description="",
    )
