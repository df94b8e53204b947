"""A reference interpreter of the segment language: slow, plain, written from the specification.

It works on lists of dicts and shares no code with the resolver, the compiler or `dsl.dates`, so
that what both answer is likely right.
"""
