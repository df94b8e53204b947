"""Settings of one installation: environment `AMPIQ_…`, then `ampiq.toml`, then defaults.

Built once at the edge (`Settings.load`) and passed down; nothing else reads the environment.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from ampiq_gql.setting_errors import refuse_misspelt, unusable, wrong_values

__all__ = ["AuthMode", "ClassificationRules", "Settings", "ValidationLimits"]

CONFIG_FILE = Path("ampiq.toml")


class AuthMode(StrEnum):
    """How callers of the server are known."""

    NONE = "none"
    KEYS = "keys"
    JWT = "jwt"


class ValidationLimits(BaseModel):
    """How much may fail before a check warns or stops a build, where a site wants it otherwise.

    The table `[validation]` of `ampiq.toml`, or `AMPIQ_VALIDATION` as JSON, or one of its parts:
    `AMPIQ_VALIDATION__WARN_ABOVE='{"id.null_orders": 0.3}'`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    warn_above: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default={}, description="Share of failing rows above which a check warns, by its id."
    )
    error_above: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default={}, description="Share of failing rows above which a check stops a build, by id."
    )
    expected_revenue: Path | None = Field(
        default=None,
        description="CSV file with the columns `month` (2026-06) and `revenue`: the site's own"
        " figures, to compare with.",
    )


def _plain(value: str) -> str:
    return " ".join(value.casefold().split())


def _domain(value: str) -> str:
    return _plain(value).removeprefix("@")


Word = Annotated[str, AfterValidator(_plain), Field(min_length=1)]
"""Compared in lower case."""

Share = Annotated[float, Field(gt=0, lt=1)]
Days = Annotated[int, Field(ge=0)]


class ClassificationRules(BaseModel):
    """The words, limits and exceptions by which customers are classified (data-model.md §4).

    The table `[classification]` of `ampiq.toml`, or `AMPIQ_CLASSIFICATION` as JSON, or one of its
    parts: `AMPIQ_CLASSIFICATION__OWN_EMAIL_DOMAINS='["acme.com"]'`. A list replaces the default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    consent_brand: str = Field(
        default="",
        max_length=200,
        description="The brand whose consent counts, beside answers to no brand; without one the"
        " most restrictive answer of all brands does.",
    )
    early_repeat_days: Days = Field(
        default=84, description="Days within which a second order counts as early."
    )
    retained_days: Days = Field(
        default=365, description="Days within which the next order counts as staying."
    )
    new_days: Days = Field(default=30, description="Days since the first order: New.")
    active_days: Days = Field(default=365, description="Days since the latest order: Active.")
    lapsed_days: Days = Field(default=730, description="Days since the latest order: Lapsed.")
    churn_days: tuple[Days, Days, Days, Days, Days] = Field(
        default=(60, 120, 240, 365, 730),
        description="Days since the latest order up to which a customer is active, cooling down, at"
        " risk, highly at risk, lost.",
    )
    outlier_share: Share = Field(
        default=0.995, description="Share of purchasers above whose revenue one is an outlier."
    )
    reseller_orders: int = Field(
        default=50, ge=0, description="More orders, with an early second one, are a reseller's."
    )
    reseller_records: int = Field(
        default=50,
        ge=0,
        description="More records of one person are a reseller's, if it buys much.",
    )
    reseller_share: Share = Field(
        default=0.99, description="Share of purchasers above whose revenue that is much."
    )
    business_words: tuple[Word, ...] = Field(
        default=("inc", "srl", "llc", "service", "business", "suite", "space", "floor"),
        description="Whole words of names and addresses that tell a business.",
    )
    business_exceptions: tuple[Word, ...] = Field(
        default=(), description="Phrases: a name or address with one of them tells no business."
    )
    own_email_domains: tuple[Annotated[str, AfterValidator(_domain)], ...] = Field(
        default=(), description="Email domains of the site's own employees."
    )
    employee_exceptions: tuple[Word, ...] = Field(
        default=(), description="Email addresses of these domains that are no employee's."
    )
    gift_words: tuple[Word, ...] = Field(
        default=("gift",),
        min_length=1,
        description="Parts of product descriptions that tell gifts.",
    )
    gift_exceptions: tuple[Word, ...] = Field(
        default=(), description="Parts of product descriptions that tell no gift after all."
    )
    test_words: tuple[Word, ...] = Field(
        default=("test", "default"),
        description="Names, and beginnings of email addresses, of test accounts.",
    )
    test_exceptions: tuple[Word, ...] = Field(
        default=(), description="Names and email addresses that are no test account's."
    )

    @model_validator(mode="after")
    def _limits_rise(self) -> ClassificationRules:
        for name, days in (
            ("churn_days", self.churn_days),
            ("active_days and lapsed_days", (self.active_days, self.lapsed_days)),
        ):
            if list(days) != sorted(set(days)):
                raise ValueError(f"{name} must rise: {', '.join(map(str, days))} does not")
        return self


class Settings(BaseSettings):
    """All settings; each is `AMPIQ_<NAME>` in the environment or `<name>` in `ampiq.toml`."""

    model_config = SettingsConfigDict(
        env_prefix="AMPIQ_",
        env_nested_delimiter="__",
        env_ignore_empty=True,  # `AMPIQ_HOME=` would else be the present folder
        toml_file=CONFIG_FILE,
        frozen=True,
        extra="forbid",
    )

    home: Path = Field(
        default=Path(".ampiq"), description="Folder that holds everything AmpIQ writes."
    )
    warehouse_url: str | None = Field(
        default=None, description="Database of the customer-360; DuckDB files in the home if unset."
    )
    store_url: str | None = Field(
        default=None, description="Control plane database; SQLite in the home if unset."
    )
    auth: AuthMode = Field(
        default=AuthMode.NONE,
        description="`none` serves this machine only; `keys` and `jwt` are not offered yet.",
    )
    secret_key: SecretStr | None = Field(
        default=None, description="Key that encrypts stored secrets; a 0600 key file if unset."
    )
    time_zone: str = Field(
        default="UTC", description="The site's IANA zone: order dates, relative dates, schedules."
    )
    currency: str = Field(
        default="USD",
        description="ISO 4217 code of amounts in sources without a currency column.",
    )
    week_start: int = Field(
        default=1, ge=1, le=7, description="First day of the week: 1 Monday … 7 Sunday."
    )
    query_timeout_seconds: float = Field(
        default=30.0, gt=0, description="A query that runs longer is cancelled."
    )
    query_threads: int = Field(
        default=8, ge=1, le=64, description="Database calls that may run at the same time."
    )
    memory_limit: str | None = Field(
        default=None,
        description="Memory bound of DuckDB, and of each query on ClickHouse (for example `4GB`);"
        " the engine's own if unset.",
    )
    insight_cache_entries: int = Field(
        default=10_000, ge=0, description="Insight results kept in memory; 0 switches it off."
    )
    plugins_disabled: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Plugins or distributions that are not loaded; separated by commas, or a list.",
    )
    keep_builds: int = Field(
        default=3, ge=1, description="Builds kept on disk, the current one included."
    )
    max_training_rows: int = Field(
        default=2_000_000,
        ge=10_000,
        description="Customers times past cutoffs that train a predictive model; of more, a share"
        " drawn by the hash of their ids does.",
    )
    validation: ValidationLimits = Field(
        default=ValidationLimits(), description="Limits of the checks of a build."
    )
    column_classes: dict[str, Literal["open", "internal", "pii", "sensitive"]] = Field(
        default={},
        description="Access classes of columns, by `column` or `table.column`, where they are to be"
        " higher than AmpIQ finds; values of `pii` and `sensitive` columns are restricted. `ampiq"
        " build` and `ampiq doctor` tell names that no column has.",
    )
    classification: ClassificationRules = Field(
        default=ClassificationRules(), description="Rules by which customers are classified."
    )
    fx_rates: Path | None = Field(
        default=None,
        description="CSV file of exchange rates (date, from, to, rate); orders in other currencies"
        " are converted by it as they are loaded.",
    )
    phone_region: str = Field(
        default="US",
        pattern="^[A-Z]{2}$",
        description="ISO 3166 code of the country of phone numbers that have no country code.",
    )
    upload_max_bytes: int = Field(
        default=50_000_000, ge=1, description="A larger uploaded file is refused."
    )
    upload_max_rows: int = Field(
        default=1_000_000, ge=1, description="An uploaded file with more rows is refused."
    )
    upload_personal_days: int = Field(
        default=90,
        ge=1,
        description="Days after which uploaded files with personal data are deleted, unless the"
        " upload says otherwise.",
    )
    ingest_max_line_bytes: int = Field(
        default=1 << 20, ge=1024, description="A longer line of a file is set aside, in bytes."
    )
    ingest_max_columns: int = Field(
        default=2_000, ge=1, description="A file with more columns is refused."
    )
    ingest_max_unpacked_bytes: int = Field(
        default=64 << 30, ge=1, description="Archives that unpack to more bytes are refused."
    )
    ingest_max_unpack_ratio: int = Field(
        default=200,
        ge=2,
        description="Archives that unpack to more than this many times their size are refused.",
    )
    quarantine_max_rows: int = Field(
        default=1_000_000, ge=1, description="A load with more bad rows is refused as a whole."
    )
    quarantine_row_share: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="Above this share of rows in quarantine a load stops the next build.",
    )
    quarantine_revenue_share: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="Above this share of revenue in quarantine a load stops the next build.",
    )

    @field_validator("auth")
    @classmethod
    def _auth_is_enforced(cls, value: AuthMode) -> AuthMode:
        # Accepted but not enforced, `keys` would open the server to everybody.
        if value is not AuthMode.NONE:
            raise ValueError(
                f"this version cannot check '{value}'; 'none' serves this machine only, "
                "and a proxy that authenticates can stand in front"
            )
        return value

    @field_validator("currency")
    @classmethod
    def _currency_is_a_code(cls, value: str) -> str:
        if not re.fullmatch("[A-Z]{3}", value):
            raise ValueError(f"{value!r} is not an ISO 4217 code such as 'EUR'")
        return value

    @field_validator("memory_limit")
    @classmethod
    def _memory_is_a_size(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", value, re.IGNORECASE):
            raise ValueError(f"{value!r} is not a size such as '4GB'")
        return value

    @field_validator("plugins_disabled", mode="before")
    @classmethod
    def _names_are_a_list(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return json.loads(value) if value.startswith("[") else _names(value)

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(
                f"{value!r} is not an IANA time zone such as 'Europe/Paris'"
            ) from error
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - fixed by pydantic
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - fixed by pydantic
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @classmethod
    def load(cls, **overrides: object) -> Settings:
        """Read the settings.

        Raises `Invalid` (code `SETTINGS_INVALID`) that names every wrong setting at once.
        """
        known = cls.model_fields
        refuse_misspelt(os.environ, known)
        try:
            return cls(**overrides)  # type: ignore[arg-type]  # pydantic validates the overrides
        except ValidationError as error:
            raise wrong_values(error, known) from error
        except SettingsError as error:
            raise unusable([f"{error}: {error.__cause__}"]) from error
        except tomllib.TOMLDecodeError as error:
            problem = f"{CONFIG_FILE} is not valid TOML: {error}"
            raise unusable([problem], place=str(CONFIG_FILE)) from error


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
