"""Lists uploaded through the API, for tests that need some."""

from __future__ import annotations

from typing import Any

from tests.graphql.api import Api

UPLOAD = """
mutation Upload($input: UploadListInput!) {
  uploadList(input: $input) {
    __typename
    ... on UploadListSuccess {
      list { id name key customers rowCount matched unmatched duplicates blank createdBy }
    }
    ... on UserError { code message path hint }
  }
}
"""
CONTENT = "email,note\nuser0@example.com,a\nUSER1@example.com,b\nnobody@example.com,c\n,d\n"


def upload(api: Api, name: str, **others: Any) -> Any:
    """Upload two customers under a name and return the list."""
    given = {"name": name, "content": CONTENT, "key": "EMAIL", **others}
    payload = api(UPLOAD, input=given)["uploadList"]
    assert payload["__typename"] == "UploadListSuccess", payload
    return payload["list"]
