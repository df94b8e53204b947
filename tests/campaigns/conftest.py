"""The shop that all tests read, or one of their own: as for deliveries."""

from __future__ import annotations

from tests.delivery.conftest import home, house, own_shop, store_file

__all__ = ["home", "house", "own_shop", "store_file"]
