"""The `ampiq` command line: thin commands over the same services that GraphQL calls.

Data goes to standard output, everything said to people to standard error. Exit codes: 0 done,
1 the answer is "no" or the input is wrong, 2 usage, 3 a fault of ours.
"""

from __future__ import annotations

from ampiq_gql.cli.main import main

__all__ = ["main"]
