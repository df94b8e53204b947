"""Root fields that read validation reports."""

from __future__ import annotations

from typing import Annotated

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.types.validation import ValidationReport

__all__ = ["ValidationQuery"]


@strawberry.type
class ValidationQuery:
    """Root fields about validation."""

    @resolved("What the checks of a build found; null when no such report is kept.")
    async def validation_report(
        self,
        info: Info,
        build_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="The id of a build, published or refused; the current one if not given."
            ),
        ] = None,
    ) -> ValidationReport | None:
        """Read one report."""
        context = info.context
        read = context.services.validation.report
        found = await context.run(read, build_id, may_read_pii=context.may_read_pii)
        return None if found is None else ValidationReport.from_domain(found)
