"""Demonstration data: a real retailer's year, or a synthetic shop of any size."""
