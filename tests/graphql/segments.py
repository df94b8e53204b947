"""Segments made through the API, for tests that need some."""

from __future__ import annotations

from typing import Any

from tests.graphql.api import Api

SAVE = """
mutation Save($input: SaveSegmentInput!) {
  saveSegment(input: $input) {
    __typename
    ... on SaveSegmentSuccess {
      segment { id name status expression description labels revision createdBy }
    }
    ... on UserError { code message path hint }
    ... on InvalidExpression {
      expression diagnostics { code severity line column start end fixes { replacement } }
    }
    ... on SegmentNameTaken { existingSegmentId }
    ... on RevisionConflict { expectedRevision currentRevision }
  }
}
"""
ACTIVATE = """
mutation Activate($input: ActivateSegmentInput!) {
  activateSegment(input: $input) {
    __typename
    ... on ActivateSegmentSuccess { segment { id status revision } }
    ... on UserError { code message path }
  }
}
"""
CREATE_FOLDER = """
mutation CreateFolder($input: CreateFolderInput!) {
  createFolder(input: $input) {
    __typename
    ... on CreateFolderSuccess { folder { id name level parent { name } createdBy } }
    ... on UserError { code message path }
  }
}
"""


def save(api: Api, name: str, expression: str = "everyone", **others: Any) -> Any:
    """Save a new segment and return it."""
    given = {"name": name, "expression": expression, **others}
    payload = api(SAVE, input=given)["saveSegment"]
    assert payload["__typename"] == "SaveSegmentSuccess", payload
    return payload["segment"]


def activate(api: Api, segment: Any) -> Any:
    """Activate a segment and return it."""
    payload = api(ACTIVATE, input={"id": segment["id"]})["activateSegment"]
    assert payload["__typename"] == "ActivateSegmentSuccess", payload
    return payload["segment"]


def create_folder(api: Api, name: str, **others: Any) -> Any:
    """Make a folder and return it."""
    payload = api(CREATE_FOLDER, input={"name": name, **others})["createFolder"]
    assert payload["__typename"] == "CreateFolderSuccess", payload
    return payload["folder"]
