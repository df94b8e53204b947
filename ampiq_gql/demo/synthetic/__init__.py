"""A synthetic shop of any size, made in SQL: the same seed gives the same shop.

`customers` people place about ten orders each over four years: some none, some hundreds. Four
brands, four channels, 250 stores and 5,000 products; discounts, returns, cancellations, guests,
gaps in the profiles, and consent that not everybody gives. It is written into the source tables
as if a source named `synthetic` had been loaded.
"""

from ampiq_gql.demo.synthetic.dimensions import AS_OF, SEED, SOURCE
from ampiq_gql.demo.synthetic.shop import generate, size

__all__ = ["AS_OF", "SEED", "SOURCE", "generate", "size"]
