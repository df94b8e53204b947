"""Tables of others did not come about here: nothing of how they did is looked for, nor missed."""

from __future__ import annotations

import pytest

from ampiq_gql.errors import Conflict
from ampiq_gql.services import Services


@pytest.mark.usefixtures("attached")
def test_tables_of_others_have_neither_origins_nor_a_report(services: Services) -> None:
    assert services.explorer.lineage("merged_customers").edges == ()
    assert services.validation.report() is None
    with pytest.raises(Conflict, match="by which rules"):
        services.flags.explain("1", may_read_pii=True)
