"""What the name of a column says about it, for columns that the data model does not know.

Every column of a customers file that is no standard one becomes an attribute, so its name is all
we have; doubtful names are taken for personal data.
"""

from __future__ import annotations

import re

from ampiq_gql.catalog.access import AccessClass
from ampiq_gql.catalog.standard import StandardColumn
from dsl.catalog import DataType

__all__ = ["describe_by_name", "label_of", "normalise"]

_CAPITALS = frozenset(
    {"id", "clv", "rfm", "sms", "pk", "fk", "sku", "upc", "msrp", "l30d", "l3m", "l6m", "l12m",
     "ly12m", "url", "vip"}
)  # fmt: skip
_PERSONAL_WORDS = frozenset(
    {"email", "mail", "phone", "mobile", "telephone", "fax", "address", "street", "postal",
     "postcode", "zip", "zipcode", "ssn", "passport", "surname",
     "firstname", "lastname", "fullname", "iban", "hashed", "fk", "ip"}
)  # fmt: skip
_SENSITIVE_WORDS = frozenset(
    {"birthdate", "birthday", "dob", "health", "medical", "diagnosis", "disease", "disability",
     "medication", "allergy", "allergies", "pregnant", "pregnancy", "religion", "religious",
     "ethnicity", "ethnic", "race", "political", "sexual", "sexuality", "biometric", "genetic"}
)  # fmt: skip
"""Dates of birth, and the special categories of data-protection law."""
_PERSONAL_NAMES = re.compile(
    r"(^|_)(first|last|given|family|middle|maiden|full|nick|user)_?name($|_)"
    r"|(^|_)(customer|person|member|loyalty|account|household)_(id|key|number|no)($|_)"
    r"|^name$|(^|_)(pk|ck)($|_)"
)
_SENSITIVE_NAMES = re.compile(r"(^|_)(date_of_birth|birth_date|trade_union)($|_)")


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
        access=_access_of(name),
        is_snapshot=False,
        is_optional=True,
        description="",
    )


def _access_of(name: str) -> AccessClass:
    words = name.split("_")
    if not _SENSITIVE_WORDS.isdisjoint(words) or _SENSITIVE_NAMES.search(name):
        return AccessClass.SENSITIVE
    if not _PERSONAL_WORDS.isdisjoint(words) or _PERSONAL_NAMES.search(name):
        return AccessClass.PII
    return AccessClass.INTERNAL
