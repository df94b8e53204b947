"""Inputs of lists."""

from __future__ import annotations

import strawberry

from ampiq_gql.graphql.types.customer_list import CustomerKey

__all__ = ["DeleteListInput", "UploadListInput"]


@strawberry.input(description="A list to make of the rows of a file: of `content` or `upload`.")
class UploadListInput:
    """A list."""

    name: str = strawberry.field(description="The name, 1 to 100 characters.")
    content: str | None = strawberry.field(
        default=None,
        description="A CSV file's text with its heading; the whole request may have 1 MiB.",
    )
    upload: str | None = strawberry.field(
        default=None,
        description=(
            "What `POST /uploads/<file name>` has answered: a CSV, TSV, XLSX or Parquet file that "
            "was sent there as `application/octet-stream`."
        ),
    )
    key: CustomerKey = strawberry.field(description="What the rows name customers by.")
    column: str | None = strawberry.field(
        default=None, description="The file's column with the key; named like the key by default."
    )
    keep_days: int | None = strawberry.field(
        default=None,
        description=(
            "After how many days it is deleted; by default after 90 when it holds personal data, "
            "else never."
        ),
    )


@strawberry.input(description="Which list to delete.")
class DeleteListInput:
    """A list."""

    id: strawberry.ID = strawberry.field(description="The list's id.")
