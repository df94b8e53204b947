"""The words that the synthetic shop is made of; none belongs to a real firm or person."""

from __future__ import annotations

GIVEN_NAMES = (
    "Alex", "Avery", "Blake", "Casey", "Dana", "Drew", "Ellis", "Finley", "Hayden", "Jamie",
    "Jesse", "Jordan", "Kai", "Kendall", "Lee", "Logan", "Morgan", "Noel", "Parker", "Quinn",
    "Reese", "Riley", "Robin", "Rowan", "Sage", "Sidney", "Skyler", "Taylor", "Terry", "Val",
)  # fmt: skip
SURNAMES = (
    "Arbor", "Banks", "Birch", "Brook", "Castle", "Cliff", "Dale", "Fields", "Ford", "Forest",
    "Garden", "Glen", "Grove", "Harbor", "Heath", "Hill", "Lake", "Lane", "Marsh", "Meadow",
    "Mills", "Moor", "Orchard", "Park", "Pond", "Rivers", "Shore", "Stone", "Vale", "Woods",
)  # fmt: skip
STREETS = ("Cedar", "Elm", "Juniper", "Laurel", "Maple", "Oak", "Pine", "Poplar", "Walnut")
PLACES = (
    # City, state, first three digits of the postal code, telephone area.
    ("Seattle", "WA", "981", "206"),
    ("Spokane", "WA", "992", "509"),
    ("Portland", "OR", "972", "503"),
    ("Salem", "OR", "973", "971"),
    ("San Diego", "CA", "921", "619"),
    ("Oakland", "CA", "946", "510"),
    ("Chicago", "IL", "606", "312"),
    ("Springfield", "IL", "627", "217"),
    ("Minneapolis", "MN", "554", "612"),
    ("Columbus", "OH", "432", "614"),
    ("Cincinnati", "OH", "452", "513"),
    ("Denver", "CO", "802", "303"),
)

BRANDS = {"Northwind": 40, "Larkspur": 30, "Harbor & Pine": 20, "Tidewater": 10}
CHANNELS = {"store": 50, "web": 32, "app": 14, "marketplace": 4}
DIGITAL_CHANNELS = {"organic": 35, "email": 25, "paid search": 20, "social": 15, None: 5}
PAYMENT_METHODS = {"card": 62, "wallet": 22, "cash": 9, "gift card": 5, None: 2}

CATEGORIES = (
    "Shirts", "Trousers", "Dresses", "Skirts", "Jackets", "Coats", "Sweaters", "Socks", "Shoes",
    "Boots", "Sandals", "Hats", "Scarves", "Gloves", "Belts", "Bags", "Watches", "Jewelry",
    "Swimwear", "Sleepwear", "Fragrance", "Candles", "Towels", "Bedding", "Cookware",
)  # fmt: skip
DEPARTMENTS = ("Apparel", "Footwear", "Accessories", "Home", "Beauty")
PRODUCT_BRANDS = ("Aster", "Bluebell", "Clover", "Dahlia", "Elder", "Fern", "Gentian", "Hazel")
COLORS = ("black", "white", "navy", "red", "green", "blue", "sand", "grey", "rust", "plum")
MATERIALS = ("cotton", "wool", "linen", "leather", "silk", "denim", "canvas", "steel", "glass")
SIZES = ("XS", "S", "M", "L", "XL", "one size")
SEASONS = ("spring", "summer", "autumn", "winter", "all year")
STYLES = ("classic", "sport", "casual", "formal", "outdoor")
COLLECTIONS = ("Core", "Heritage", "Studio", "Limited")
