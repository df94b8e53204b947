"""Lists of any length cost the same number of statements on the control plane."""

import pytest

from tests.graphql.api import Api, open_api, store_statements
from tests.graphql.segments import save
from tests.shop import make_shop

LISTS = {
    "segments": """query($first: Int) { segments(first: $first) { edges { node {
        name usedIn { name } } } } }""",
    "segments with figures": """query($first: Int) { segments(first: $first) { edges { node {
        name count insights { revenue { value } } } } } }""",
}
CITIES = ("Chicago", "Seattle", "Portland", "Springfield")
PARENTS = 12


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> object:
    with open_api(make_shop(tmp_path_factory.mktemp("loaders") / "home")) as api:
        for number in range(PARENTS):
            city = CITIES[number % len(CITIES)]
            save(api, f"s{number}", f'city is "{city}" and l12m_order_frequency >= {number}')
        yield api


def statements(api: Api, query: str, first: int) -> int:
    with store_statements() as found:
        data = api(query, first=first)
    assert len(data["segments"]["edges"]) == first
    return len(found)


@pytest.mark.parametrize("name", LISTS)
def test_one_parent_and_many_cost_the_same(filled: Api, name: str) -> None:
    assert statements(filled, LISTS[name], 1) == statements(filled, LISTS[name], PARENTS)
