"""Kept builds over the API."""

from __future__ import annotations

from datetime import timedelta

from ampiq_gql.progress import Silent
from tests.graphql.api import Api
from tests.shop import SHOP_DAY

BUILDS = """
{ builds {
    buildId isCurrent sizeBytes damage
    build { asOf overriddenChecks tables { table rowCount } } }
  viewer { build { id } } }
"""
USE = """
mutation Use($id: ID!) {
  useBuild(input: { id: $id }) {
    __typename
    ... on UseBuildSuccess { build { id asOf } }
    ... on UserError { code path hint }
  }
}
"""


def test_a_kept_build_is_listed_and_shown_again(whole: Api) -> None:
    (first,) = whole(BUILDS)["builds"]
    whole.services.build.run(SHOP_DAY + timedelta(days=1), Silent())
    second = whole(BUILDS)["builds"][0]
    assert (second["isCurrent"], second["build"]["overriddenChecks"]) == (True, [])
    assert {"table": "unified_transactions", "rowCount": 300} in second["build"]["tables"]

    shown = whole(USE, id=first["buildId"])["useBuild"]
    assert shown["build"] == {"id": first["buildId"], "asOf": SHOP_DAY.isoformat()}
    answer = whole(BUILDS)
    assert answer["viewer"]["build"]["id"] == first["buildId"]
    assert [build["isCurrent"] for build in answer["builds"]] == [False, True]


def test_an_unknown_build_is_data(whole: Api) -> None:
    answer = whole(USE, id="nothing")["useBuild"]
    assert (answer["__typename"], answer["code"]) == ("NotFound", "BUILD_NOT_FOUND")
    assert answer["path"] == ["input", "id"]
