"""The columns that each kind of file can bring, and the headers under which people export them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.ingest.words import FOREIGN_WORDS

__all__ = ["PERSON_COLUMNS", "PRODUCT_COLUMNS", "ColumnSpec", "KindSpec", "ValueType", "spec_of"]


class ValueType(StrEnum):
    """What a text in a file must be readable as; ids are text whatever they look like."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSpec:
    """One column of a source table; `synonyms` are normalised headers, the likeliest first.

    A row is refused when a value of it is bad, unless the column `is_noted`: then the value becomes
    NULL and a note keeps it.
    """

    name: str
    type: ValueType = ValueType.TEXT
    synonyms: tuple[str, ...] = ()
    is_value_required: bool = False
    is_noted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSpec:
    """One kind of source: its columns, what must be there and what makes a row unique.

    `required` columns must be among the headers, and of each of `required_any` one. With
    `takes_attributes` a mapping may name new columns. `money` are the amounts that control totals
    add up: the first that a row has.
    """

    kind: SourceKind
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...]
    required: tuple[str, ...]
    required_any: tuple[str, ...] = ()
    takes_attributes: bool = False
    money: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnSpec | None:
        """Return the column of that name."""
        return next((column for column in self.columns if column.name == name), None)


def spec_of(kind: SourceKind) -> KindSpec:
    """Return what is known of that kind of source."""
    return _SPECS[kind]


def _text(name: str, *synonyms: str, required: bool = False) -> ColumnSpec:
    return ColumnSpec(name=name, synonyms=synonyms, is_value_required=required)


def _typed(type_: ValueType, name: str, *synonyms: str, required: bool = False) -> ColumnSpec:
    return ColumnSpec(name=name, type=type_, synonyms=synonyms, is_value_required=required)


def _noted(column: ColumnSpec) -> ColumnSpec:
    return replace(column, is_noted=True)


_CUSTOMER_ID = (
    "customer_number", "customer_no", "cust_id", "customer", "client_id", "user_id", "member_id",
    "household_id", "household_key", "account_id", "contact_id", "buyer_id",
)  # fmt: skip
_ORDER_ID = (
    "order_number", "order_no", "transaction_id", "basket_id", "invoice_no", "invoice",
    "invoice_id", "receipt_id", "purchase_id", "sale_id",
)  # fmt: skip
_ORDER_DATETIME = (
    "order_date", "ordered_at", "order_time", "order_timestamp", "transaction_timestamp",
    "transaction_date", "transaction_datetime", "purchase_date", "invoice_date", "sale_date",
    "created_at", "datetime", "timestamp", "date",
)  # fmt: skip
_ORDER_TIME_ZONE = (
    "order_timezone", "order_utc_offset", "time_zone", "timezone", "tz", "utc_offset",
    "timezone_offset", "tz_offset", "zeitzone", "fuseau_horaire", "zona_horaria", "fuso_orario",
    "tijdzone",
)  # fmt: skip
_PRODUCT_ID = ("product", "item_id", "article_id", "stock_code", "lineitem_sku", "sku_id")
_UPDATE_DT = ("updated_at", "update_date", "last_updated", "modified_at", "last_modified")

_CUSTOMERS = KindSpec(
    kind=SourceKind.CUSTOMERS,
    key=("customer_id",),
    required=("customer_id",),
    takes_attributes=True,
    columns=(
        _text("customer_id", *_CUSTOMER_ID, "id", required=True),
        _noted(_text("given_name", "first_name", "firstname", "forename", "vorname", "prenom")),
        _noted(_text("surname", "last_name", "lastname", "family_name", "nachname", "nom")),
        _noted(_text("full_name", "fullname", "customer_name", "name")),
        _text("generational_suffix", "suffix", "name_suffix"),
        _text("title", "salutation", "anrede", "prefix"),
        _text("company", "company_name", "organisation", "organization", "firma"),
        _noted(_text("email", "email_address", "e_mail", "mail", "emailaddress")),
        _noted(
            _text("phone", "phone_number", "telephone", "mobile", "mobile_phone", "tel", "telefon")
        ),
        _noted(
            _text("address", "address1", "address_1", "address_line_1", "street", "street_address")
        ),
        _text("address2", "address_2", "address_line_2", "unit", "apartment"),
        _text("city", "town", "ort", "stadt", "ville"),
        _text("state", "province", "region", "state_code", "province_code"),
        _text("postal", "postal_code", "postcode", "zip", "zip_code", "zipcode", "plz"),
        _text("country", "country_code", "land", "pays"),
        _noted(
            _typed(ValueType.DATE, "birthdate", "birth_date", "date_of_birth", "dob", "birthday")
        ),
        _text("gender", "sex"),
        _text("loyalty_id", "loyalty_number", "loyalty_card"),
        _noted(_typed(ValueType.DATETIME, "create_dt", "created_at", "create_date", "signup_date")),
        _typed(ValueType.DATETIME, "update_dt", *_UPDATE_DT),
    ),
)

_LINE_CONTEXT = (
    _text("currency", "currency_code"),
    _text("purchase_brand", "store_brand", "banner"),
    _text("purchase_channel", "channel", "sales_channel", "order_channel"),
    _text("digital_channel", "referrer", "traffic_source", "utm_source"),
    _text("store_id", "store", "store_number", "shop_id", "location_id"),
    _text("payment_method", "payment_type", "payment"),
)
"""Columns that an order states once and its lines inherit."""

PERSON_COLUMNS = ("customer_id", "email", "phone")
"""What can name the customer of an order, the likeliest first."""

_CONTACTS = (
    _text("email", "email_address", "e_mail", "mail", "customer_email", "buyer_email",
          "billing_email"),
    _text("phone", "phone_number", "telephone", "mobile", "customer_phone", "billing_phone"),
)  # fmt: skip

_ORDERS = KindSpec(
    kind=SourceKind.ORDERS,
    key=("order_id",),
    money=("order_revenue",),
    required=("order_id", "order_datetime"),
    required_any=PERSON_COLUMNS,
    columns=(
        _text("order_id", *_ORDER_ID, "id", required=True),
        _text("customer_id", *_CUSTOMER_ID),
        *_CONTACTS,
        _typed(ValueType.DATETIME, "order_datetime", *_ORDER_DATETIME, required=True),
        _text("order_time_zone", *_ORDER_TIME_ZONE),
        _typed(
            ValueType.DECIMAL, "order_revenue", "revenue", "total", "order_total", "total_amount",
            "amount", "order_value", "subtotal", "grand_total", "sales_value",
        ),
        _typed(ValueType.INTEGER, "order_quantity", "quantity", "items", "item_count", "units"),
        _typed(ValueType.DECIMAL, "order_discount_amount", "discount", "discount_amount"),
        _typed(ValueType.DECIMAL, "order_shipping_amount", "shipping", "shipping_amount"),
        _typed(ValueType.DECIMAL, "order_tax_amount", "tax", "tax_amount", "taxes"),
        _typed(ValueType.DECIMAL, "order_cost", "cost", "total_cost"),
        *_LINE_CONTEXT,
        _typed(ValueType.DATETIME, "update_dt", *_UPDATE_DT),
    ),
)  # fmt: skip

_PRODUCT_FIELDS = (
    "name", "description", "brand", "brand_id", "category", "category_id", "subcategory",
    "subcategory_id", "class", "class_id", "subclass", "subclass_id", "department",
    "department_id", "subdepartment", "subdepartment_id", "division", "division_id", "collection",
    "collection_id", "color", "color_id", "fabric", "fabric_id", "gender", "group", "material",
    "material_id", "season", "season_id", "silhouette", "size", "size_id", "sku", "style", "type",
    "upc",
)  # fmt: skip
_SHORT_PRODUCT_HEADERS = {"gender", "group", "name", "size", "type", "style", "class"}
"""Too vague to be taken for a product column in a file of order lines."""

PRODUCT_COLUMNS: tuple[ColumnSpec, ...] = (
    *(_text(f"product_{part}") for part in _PRODUCT_FIELDS),
    _noted(_typed(ValueType.DECIMAL, "product_msrp")),
)
"""Columns of the catalog besides its key; lines may bring them too."""


def _catalog_columns() -> Iterator[ColumnSpec]:
    for part in _PRODUCT_FIELDS:
        yield _text(f"product_{part}", part)
    yield _noted(_typed(ValueType.DECIMAL, "product_msrp", "msrp", "list_price", "price"))


def _line_product_columns() -> Iterator[ColumnSpec]:
    for part in _PRODUCT_FIELDS:
        yield _text(f"product_{part}", *(() if part in _SHORT_PRODUCT_HEADERS else (part,)))
    yield _noted(_typed(ValueType.DECIMAL, "product_msrp", "msrp"))


_PRODUCTS = KindSpec(
    kind=SourceKind.PRODUCTS,
    key=("product_id",),
    required=("product_id",),
    columns=(
        _text("product_id", *_PRODUCT_ID, "id", required=True),
        *_catalog_columns(),
        _typed(ValueType.DATETIME, "update_dt", *_UPDATE_DT),
    ),
)

_AMOUNTS = ("revenue", "list_price", "discount_amount", "subtotal", "tax_amount", "cost", "profit")
_ITEM_SYNONYMS: dict[str, tuple[str, ...]] = {
    "item_revenue": ("revenue", "sales_value", "line_total", "line_amount", "net_amount", "amount"),
    "item_list_price": ("list_price", "gross_amount"),
    "item_discount_amount": ("discount", "discount_amount", "line_discount"),
    "item_subtotal": ("subtotal",),
    "item_tax_amount": ("tax", "tax_amount"),
    "item_cost": ("cost",),
    "item_profit": ("profit", "margin"),
    "unit_revenue": ("unit_price", "price", "lineitem_price", "unit_net_price"),
}
_PRICES = ("item_revenue", "unit_revenue", "item_subtotal", "unit_subtotal")

_ORDER_ITEMS = KindSpec(
    kind=SourceKind.ORDER_ITEMS,
    key=("order_id", "product_id", "is_return", "is_cancellation", "line_number"),
    required=("order_id",),
    required_any=_PRICES,
    money=("item_revenue", "item_subtotal", "unit_revenue", "unit_subtotal"),
    columns=(
        _text("order_id", *_ORDER_ID, required=True),
        _text("product_id", *_PRODUCT_ID, "sku", "product_sku"),
        _typed(ValueType.BOOLEAN, "is_return", "return", "returned", "is_returned"),
        _typed(ValueType.BOOLEAN, "is_cancellation", "canceled", "cancelled", "is_canceled",
               "is_cancelled"),
        _typed(ValueType.INTEGER, "line_number", "line", "line_no", "line_id", "position"),
        _text("customer_id", *_CUSTOMER_ID),
        *_CONTACTS,
        _typed(ValueType.DATETIME, "order_datetime", *_ORDER_DATETIME),
        _text("order_time_zone", *_ORDER_TIME_ZONE),
        _typed(ValueType.INTEGER, "item_quantity", "quantity", "qty", "units",
               "lineitem_quantity"),
        *(
            _typed(ValueType.DECIMAL, f"{scope}_{amount}",
                   *_ITEM_SYNONYMS.get(f"{scope}_{amount}", ()))
            for scope in ("item", "unit")
            for amount in _AMOUNTS
        ),
        _typed(ValueType.DECIMAL, "order_discount_amount", "order_discount"),
        *_LINE_CONTEXT,
        *_line_product_columns(),
        _typed(ValueType.DATETIME, "update_dt", *_UPDATE_DT),
    ),
)  # fmt: skip


def _consent(kind: SourceKind, contact: ColumnSpec, program: str, answer: str) -> KindSpec:
    channel = program.removesuffix("_program")
    return KindSpec(
        kind=kind,
        key=(contact.name, "brand", "region", program),
        required=(contact.name, answer),
        columns=(
            contact,
            _text("brand"),
            _text("region"),
            _text(program, "program"),
            _typed(
                ValueType.BOOLEAN, answer, "is_opted_in", "opted_in", "opt_in", "consent",
                "subscribed", required=True,
            ),
            _text(f"{channel}_frequency", "frequency"),
            _text("language_preference", "language"),
            _typed(ValueType.DATETIME, "update_dt", *_UPDATE_DT),
        ),
    )  # fmt: skip


_EMAIL_OPT_STATUS = _consent(
    SourceKind.EMAIL_OPT_STATUS,
    _text("email", "email_address", "e_mail", required=True),
    "email_program",
    "is_email_opted_in",
)
_SMS_OPT_STATUS = _consent(
    SourceKind.SMS_OPT_STATUS,
    _text("phone", "phone_number", "mobile", "telephone", required=True),
    "sms_program",
    "is_sms_opted_in",
)


def _with_foreign_words(spec: KindSpec) -> KindSpec:
    columns = tuple(
        replace(column, synonyms=(*column.synonyms, *FOREIGN_WORDS.get(column.name, ())))
        for column in spec.columns
    )
    return replace(spec, columns=columns)


_SPECS = {
    spec.kind: _with_foreign_words(spec)
    for spec in (_CUSTOMERS, _ORDERS, _ORDER_ITEMS, _PRODUCTS, _EMAIL_OPT_STATUS, _SMS_OPT_STATUS)
}
