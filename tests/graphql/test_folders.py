"""Folders of segments over the API, and the versions that saves leave."""

from tests.graphql.api import Api
from tests.graphql.segments import CREATE_FOLDER, SAVE, create_folder, save

BY_FOLDER = """
query ByFolder($ids: [ID]) {
  segments(filter: { folderIds: $ids }, orderBy: { field: NAME }) {
    edges { node { name folder { name parent { name } } } }
  }
}
"""
VERSIONS = """
query Versions($id: ID!, $first: Int, $after: String) {
  segment(id: $id) {
    versions(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage endCursor }
      edges { node { revision name status expression description labels savedAt savedBy } }
    }
  }
}
"""


def names(api: Api, *ids: str | None) -> list[str]:
    found = api(BY_FOLDER, ids=list(ids))["segments"]["edges"]
    return [edge["node"]["name"] for edge in found]


def test_segments_lie_in_folders(api: Api) -> None:
    outer = create_folder(api, "Mailings")
    inner = create_folder(api, "Summer", parentId=outer["id"])
    assert (inner["level"], inner["parent"]) == (2, {"name": "Mailings"})
    segment = save(api, "Inside", folderId=inner["id"])
    save(api, "Outside")
    (edge,) = api(BY_FOLDER, ids=[inner["id"]])["segments"]["edges"]
    assert edge["node"]["folder"] == {"name": "Summer", "parent": {"name": "Mailings"}}
    assert names(api, None) == ["Outside"]
    assert names(api, None, inner["id"]) == ["Inside", "Outside"]
    api(SAVE, input={"id": segment["id"], "expectedRevision": 1, "folderId": ""})
    assert names(api, None) == ["Inside", "Outside"]
    tree = api("{ folders { name level } }")["folders"]
    assert tree == [{"name": "Mailings", "level": 1}, {"name": "Summer", "level": 2}]


def test_a_folder_that_cannot_be_made_is_refused(api: Api) -> None:
    folder = create_folder(api, "Mailings")
    taken = api(CREATE_FOLDER, input={"name": "mailings"})["createFolder"]
    assert (taken["__typename"], taken["code"]) == ("Conflict", "FOLDER_NAME_TAKEN")
    for name in ("Deeper", "Deepest"):
        folder = create_folder(api, name, parentId=folder["id"])
    deep = api(CREATE_FOLDER, input={"name": "x", "parentId": folder["id"]})["createFolder"]
    assert (deep["__typename"], deep["path"]) == ("InvalidInput", ["input", "parentId"])


def test_every_save_leaves_a_version(api: Api) -> None:
    segment = save(api, "First", labels=["a"])
    for revision, name in ((1, "Second"), (2, "Third")):
        api(SAVE, input={"id": segment["id"], "expectedRevision": revision, "name": name})
    found = api(VERSIONS, id=segment["id"], first=2)["segment"]["versions"]
    assert found["totalCount"] == 3
    assert [edge["node"]["name"] for edge in found["edges"]] == ["Third", "Second"]
    ends = found["pageInfo"]
    assert (ends["hasNextPage"], ends["hasPreviousPage"]) == (True, False)
    rest = api(VERSIONS, id=segment["id"], after=ends["endCursor"])["segment"]["versions"]
    (oldest,) = [edge["node"] for edge in rest["edges"]]
    assert (oldest["revision"], oldest["name"], oldest["labels"]) == (1, "First", ["a"])
    assert (oldest["status"], oldest["expression"]) == ("DRAFT", "everyone")
    assert (rest["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasPreviousPage"]) == (False, True)


def test_a_cursor_of_another_list_is_bad_input(api: Api) -> None:
    segment = save(api, "First")
    answer = api.answer(VERSIONS, id=segment["id"], after="nonsense")
    assert answer.codes == ["BAD_USER_INPUT"]
