"""Destinations made through the API, for tests that need some."""

from __future__ import annotations

from typing import Any

from tests.graphql.api import Api

CREATE = """
mutation Create($input: CreateDestinationInput!) {
  createDestination(input: $input) {
    __typename
    ... on CreateDestinationSuccess {
      destination { id name revision settings allowsLimitedPii type { key title category } }
    }
    ... on UserError { code message path hint }
    ... on DestinationSettingsInvalid { problems { pointer message } }
    ... on ConnectionFailed { checks { name level message } }
  }
}
"""


def create_destination(api: Api, name: str = "House files", **settings: Any) -> Any:
    """Make a destination of files in the home and return it."""
    given = {"type": "local_file", "name": name, "settings": {"directory": "out", **settings}}
    payload = api(CREATE, input=given)["createDestination"]
    assert payload["__typename"] == "CreateDestinationSuccess", payload
    return payload["destination"]
