"""Saving queries through the API, for tests that need some."""

from __future__ import annotations

from typing import Any

from tests.graphql.api import Api

CHICAGO = "SELECT amperity_id, city FROM merged_customers WHERE city = 'Chicago'"
QUERY_FIELDS = """id name text activeText hasDraft status key refreshes revision createdBy
  lastRun { rowCount customers problem { code message } }"""
PROBLEM = "__typename ... on UserError { code message path hint }"
SAVE = f"""mutation Save($input: SaveQueryInput!) {{
  saveQuery(input: $input) {{
    {PROBLEM} ... on QueryChanged {{ theirs yours }}
    ... on SaveQuerySuccess {{ query {{ {QUERY_FIELDS} }} }} }} }}"""


def save_query(api: Api, **given: Any) -> Any:
    """Save the query of those in Chicago, or what is given instead; return the answer."""
    return api(SAVE, input={"name": "Chicago", "text": CHICAGO} | given)["saveQuery"]
