"""The arguments that every link to a download takes."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from ampiq_gql.graphql.downloads.links import TableFormat

__all__ = ["DownloadFormatArgument", "SafeForSpreadsheets"]

DownloadFormatArgument: TypeAlias = Annotated[
    TableFormat, strawberry.argument(description="How the file is written.")
]
SafeForSpreadsheets: TypeAlias = Annotated[
    bool,
    strawberry.argument(
        description=(
            "Put an apostrophe before text of a CSV file that a spreadsheet would run as "
            "a formula: text that begins with `=`, `+`, `-` or `@`."
        )
    ),
]
