"""The products of the synthetic shop."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ampiq_gql.demo import vocabulary as words
from ampiq_gql.demo.synthetic.dimensions import PRODUCTS, SEED
from ampiq_gql.demo.synthetic.values import dollars, numbered, row
from ampiq_gql.warehouse.generation import Draws, Element, item, series

__all__ = ["prices", "products"]


def prices() -> sa.Select[Any]:
    """Return what the lines of orders need to know of a product."""
    goods = series(PRODUCTS, "product")
    number = goods.c.product
    columns = {"product": number, "product_id": _product_id(number), "cents": _cents(number)}
    return row(columns, goods)


def products() -> sa.Select[Any]:
    """Return the product catalog."""
    goods = series(PRODUCTS, "product")
    number = goods.c.product
    draws = Draws(SEED, number)
    category = number % len(words.CATEGORIES)
    kind = item(words.CATEGORIES, category)
    color = draws.one_of("color", words.COLORS)
    material = draws.one_of("material", words.MATERIALS)
    brand = draws.one_of("product brand", words.PRODUCT_BRANDS)
    department = item(words.DEPARTMENTS, category % len(words.DEPARTMENTS))
    columns = {
        "product_id": _product_id(number),
        "product_name": brand + " " + color + " " + kind,
        "product_description": color + " " + material + " " + kind + " by " + brand,
        "product_brand": brand,
        "product_category": kind,
        "product_subcategory": kind + " " + draws.one_of("subcategory", words.STYLES),
        "product_department": department,
        "product_class": department + " " + kind,
        "product_color": color,
        "product_material": material,
        "product_fabric": material,
        "product_gender": draws.weighted("gender", {"F": 4, "M": 4, "U": 2}),
        "product_size": draws.one_of("size", words.SIZES),
        "product_season": draws.one_of("season", words.SEASONS),
        "product_style": draws.one_of("style", words.STYLES),
        "product_collection": draws.one_of("collection", words.COLLECTIONS),
        "product_type": kind,
        "product_sku": numbered("SKU-", number, 6),
        "product_upc": numbered("0", number * 7_919, 11),
        "product_msrp": dollars(_cents(number)),
    }
    return row(columns, goods)


def _product_id(number: Element) -> Element:
    return numbered("P", number, 5)


def _cents(product: Element) -> Element:
    """Return the price of one unit: most between 8 and 80 dollars, a few up to 300."""
    draw = Draws(SEED, product).uniform("price")
    price = 799 + 7_200 * draw + 22_000 * sa.func.pow(draw, 12)
    return sa.cast(sa.func.floor(price), sa.BigInteger())
