"""What the file of a command is: a text of the request, or a file that was sent before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ampiq_gql.errors import Invalid
from ampiq_gql.graphql.lists.arguments import UploadListInput
from ampiq_gql.segments.lists import FileToUpload, UploadReport

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["upload_list"]


def upload_list(services: Services, given: UploadListInput, actor: str) -> UploadReport:
    """Make a list. Raises `Invalid` (ARGUMENTS_INVALID) unless there is one file."""
    if (given.content is None) == (given.upload is None):
        raise Invalid("ARGUMENTS_INVALID", "Give the file as `content` or as `upload`: as one.")
    if given.upload is None:
        text = given.content or ""
        with services.received.text(text) as file:
            return services.lists.upload(_wanted(given, file), actor)
    with services.received.taken(given.upload) as file:
        return services.lists.upload(_wanted(given, file), actor)


def _wanted(given: UploadListInput, file: Path) -> FileToUpload:
    return FileToUpload(
        name=given.name,
        file=file,
        key=given.key,
        column=given.column,
        keep_days=given.keep_days,
    )
