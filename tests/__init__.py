"""Tests mirror the packages; `tests.shop` makes the small shop that many of them ask."""
