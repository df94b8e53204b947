"""A client of the whole application over a shop that nobody changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.graphql.api import Api, open_api
from tests.shop import make_shop


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A client of a shop that nobody changes."""
    with open_api(make_shop(tmp_path_factory.mktemp("app") / "home")) as api:
        yield api
