"""Every operation of the guide runs, in its order, over one shop."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ampiq_gql.graphql.ids import key_of
from tests.graphql.api import Api

GUIDE = Path(__file__).parents[2] / "docs" / "graphql.md"
BLOCK = re.compile(r"```graphql\n(.*?)```(?:\n+```json\n(.*?)```)?", re.DOTALL)
ANSWERED = re.compile(r"<([A-Za-z0-9.]+)>")


def operations() -> Iterator[tuple[str, str]]:
    """Yield each operation with the text of its variables."""
    for query, variables in BLOCK.findall(GUIDE.read_text("utf-8")):
        yield query, variables or "{}"


def with_answers(variables: str, answers: Mapping[str, Any]) -> str:
    """Put what was answered above in the place of its name."""

    def answered(found: re.Match[str]) -> str:
        value: Any = answers
        for name in found[1].split("."):
            value = value[int(name) if isinstance(value, list) else name]
        return str(value)

    return ANSWERED.sub(answered, variables)


def finished(api: Api, data: Mapping[str, Any]) -> None:
    """Let what goes on in the background end, so that the next operation can show it."""
    services = api.services
    if "deliverSegment" in data:
        key = key_of(data["deliverSegment"]["delivery"]["id"], "Delivery")
        services.delivery.wait(key, timeout_seconds=60)
    if "runCampaignNow" in data:
        key = key_of(data["runCampaignNow"]["run"]["id"], "CampaignRun")
        services.campaigns.wait(key, timeout_seconds=60)


def test_the_guide_is_true(whole: Api) -> None:
    answers: dict[str, Any] = {}
    previews: list[Any] = []
    for query, variables in operations():
        data = whole(query, **json.loads(with_answers(variables, answers)))
        for name, payload in data.items():
            if isinstance(payload, dict) and "__typename" in payload and name != "node":
                assert payload["__typename"].endswith("Success"), payload
        answers |= data
        previews += [data["preview"]] if "preview" in data else []
        finished(whole, data)
    assert answers["deliveries"]["edges"][0]["node"]["state"] == "SUCCEEDED"
    run = answers["campaigns"]["edges"][0]["node"]["runs"]["edges"][0]["node"]
    assert run["state"] == "SUCCEEDED"
    tables = [preview["customers"] for preview in previews if "customers" in preview]
    assert tables[0]["rows"]
    assert whole.send("GET", tables[1]["downloadUrl"]).status_code == 200


def test_the_guide_uses_every_root_field(reader: Api) -> None:
    roots = reader("{ __schema { queryType { fields { name } } } }")["__schema"]["queryType"]
    text = GUIDE.read_text("utf-8")
    told = {"segment", "table", "destinations", "campaign", "nodes"}  # as their lists and `node`
    unused = {field["name"] for field in roots["fields"] if field["name"] not in text}
    assert unused <= told
