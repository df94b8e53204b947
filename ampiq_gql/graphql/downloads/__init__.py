"""Customers of a segment as a file: a short-lived link that an answer gives, and what it opens."""
