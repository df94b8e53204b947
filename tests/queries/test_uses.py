"""Segments that name a query hold it: it does not go, and they follow its new name."""

from __future__ import annotations

import pytest

from ampiq_gql.plugin import CustomerKey
from ampiq_gql.queries import QueryInUse, QueryService, SaveQuery
from ampiq_gql.segments import SegmentService
from tests.queries.conftest import Active, Segment

TEXT = "SELECT amperity_id FROM merged_customers WHERE city = 'Chicago'"


@pytest.fixture
def query_id(queries: QueryService, active: Active, segment: Segment) -> str:
    """A query that the segment "Windy" names, and "Other" does not."""
    made = active(TEXT, name="Chicago", key=CustomerKey.AMPERITY_ID)
    queries.run(made.id, "ada")
    segment("Windy", 'everyone exclude member of query "chicago" -- "Chicago" again')
    segment("Other", 'city is "Chicago" -- query "Chicago"')
    return made.id


def test_a_query_that_segments_name_is_not_deleted(queries: QueryService, query_id: str) -> None:
    with pytest.raises(QueryInUse) as caught:
        queries.delete(query_id, "ada")
    assert [use.name for use in caught.value.uses] == ["Windy"]
    assert queries.get(query_id).has_result


def test_its_key_does_not_go_either(queries: QueryService, query_id: str) -> None:
    with pytest.raises(QueryInUse):
        queries.save(SaveQuery(id=query_id, revision=2, is_plain=True), "ada")


def test_segments_follow_its_new_name(
    queries: QueryService, segments: SegmentService, query_id: str
) -> None:
    queries.save(SaveQuery(id=query_id, revision=2, name='The "Loop"'), "bo")
    renamed = segments.get(name="Windy")
    assert renamed.text == 'everyone exclude member of query "The \\"Loop\\"" -- "Chicago" again'
    assert (renamed.revision, renamed.updated_by) == (2, "bo")
    assert segments.get(name="Other").revision == 1


def test_it_goes_when_no_segment_names_it(
    queries: QueryService, segments: SegmentService, query_id: str
) -> None:
    segments.delete(segments.get(name="Windy").id, "ada")
    assert queries.delete(query_id, "ada").name == "Chicago"
