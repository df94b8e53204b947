"""What one build is asked to do and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ampiq_gql.build.validation.models import ValidationReport
from ampiq_gql.catalog import AccessClass
from ampiq_gql.settings import ClassificationRules, ValidationLimits
from ampiq_gql.warehouse import BuildInfo

__all__ = ["BuildContext", "BuildReport", "BuildRules", "RfmTies", "TableRows"]


class RfmTies(StrEnum):
    """What equal values get: neighbouring deciles as NTILE does it, or the same score."""

    SPLIT = "split"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRules:
    """The numbers and words of the data model that a site may want otherwise."""

    rfm_ties: RfmTies = RfmTies.SPLIT
    consent_brand: str = ""
    early_repeat_days: int = 84
    retained_days: int = 365
    new_days: int = 30
    active_days: int = 365
    lapsed_days: int = 730
    churn_days: tuple[int, int, int, int, int] = (60, 120, 240, 365, 730)
    outlier_share: float = 0.995
    reseller_orders: int = 50
    reseller_records: int = 50
    reseller_share: float = 0.99
    gift_words: tuple[str, ...] = ("gift",)
    gift_exceptions: tuple[str, ...] = ()
    own_email_domains: tuple[str, ...] = ()
    employee_exceptions: tuple[str, ...] = ()
    test_words: tuple[str, ...] = ("test", "default")
    test_exceptions: tuple[str, ...] = ()
    business_words: tuple[str, ...] = (
        "inc", "srl", "llc", "service", "business", "suite", "space", "floor",
    )  # fmt: skip
    business_exceptions: tuple[str, ...] = ()

    @classmethod
    def of(cls, stated: ClassificationRules) -> BuildRules:
        """Return the rules as the site's settings state them."""
        return cls(**stated.model_dump())


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildContext:
    """What every table of a build needs to know; `as_of` is a day of `time_zone`.

    `limits` change no table, only what the build's report says of them. `column_classes` are what
    the site says of columns (`build.access`). National phone numbers are of `phone_region`.
    """

    as_of: date
    time_zone: str
    currency: str
    rules: BuildRules
    limits: ValidationLimits = field(default_factory=ValidationLimits)
    column_classes: Mapping[str, AccessClass] = field(default_factory=dict)
    phone_region: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRows:
    """A table that was built."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What came of a build; `skipped` when nothing had changed and the former one stays.

    `validation` is what its checks found; None of a build that was skipped.
    """

    build: BuildInfo
    tables: tuple[TableRows, ...]
    seconds: float
    skipped: bool
    validation: ValidationReport | None = None
    warnings: tuple[str, ...] = ()
