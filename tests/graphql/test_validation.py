"""What the checks found and what works, over the API."""

from __future__ import annotations

from tests.graphql.api import Api

REPORT = """
query Report($buildId: ID) {
  viewer { build { id } }
  validationReport(buildId: $buildId) {
    buildId asOf builtAt isPublished seconds errorCount warningCount
    checks {
      checkId table column datasource severity status meaning advice reason unit checked failing
      share threshold parts { name checked failing } samples { columns rows }
      sql { dialect text } rowsSql { dialect text } firstSeen lastSeen override { actor reason }
    }
  }
}
"""


def test_the_report_of_the_current_build_is_answered(reader: Api) -> None:
    answer = reader(REPORT)
    report = answer["validationReport"]
    assert report["buildId"] == answer["viewer"]["build"]["id"]
    assert (report["isPublished"], report["errorCount"], report["warningCount"]) == (True, 0, 0)
    assert reader(REPORT, buildId=report["buildId"])["validationReport"] == report


def test_a_finding_says_what_was_asked_and_found(reader: Api) -> None:
    checks = reader(REPORT)["validationReport"]["checks"]
    found = next(check for check in checks if check["checkId"] == "id.null_orders")
    told = {name: found[name] for name in ("status", "severity", "unit", "checked", "failing")}
    assert told == {
        "status": "NOTED", "severity": "INFO", "unit": "ROWS", "checked": "300", "failing": "6",
    }  # fmt: skip
    assert found["samples"]["columns"] == ["order_id"]
    assert found["samples"]["rows"][0] == ["o0049"]
    assert found["sql"]["dialect"] == "DUCKDB"
    assert found["firstSeen"] == found["lastSeen"] is not None
    assert sum(int(part["failing"]) for part in found["parts"]) == 6


def test_a_report_that_is_not_kept_is_null(reader: Api) -> None:
    assert reader(REPORT, buildId="nothing")["validationReport"] is None


def test_features_are_told_with_what_they_lack(reader: Api) -> None:
    found = reader(
        "{ features { feature state sentence lacking { table column lack isEssential supply } } }"
    )["features"]
    states = {one["feature"]: one["state"] for one in found}
    assert states == {
        "SEGMENTS": "READY", "INSIGHTS": "DEGRADED", "CAMPAIGNS": "READY",
        "PREDICTIONS": "DEGRADED",
    }  # fmt: skip
    insights = next(one for one in found if one["feature"] == "INSIGHTS")
    assert insights["lacking"] == [
        {
            "table": "merged_customers",
            "column": "loyalty_id",
            "lack": "EMPTY",
            "isEssential": False,
            "supply": "Load the loyalty numbers of customers.",
        }
    ]
