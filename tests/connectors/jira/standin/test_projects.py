"""Projects and versions: put away, brought back, linked, and who is in which role."""

from __future__ import annotations

import pytest

from connectors.jira.standin import Standin
from tests.connectors.jira.standin.asking import (
    DATA_CENTER,
    EPIC,
    TEAM,
    Asking,
    adf,
)

only_data_center = pytest.mark.parametrize("flavour", [DATA_CENTER])


def test_the_issues_of_an_archived_project_vanish_from_search_and_are_only_read(
    standin: Standin, jira: Asking
) -> None:
    archived = jira("POST", "/project/OPS/archive")

    found = jira.found("project = OPS")
    read = jira.get("/issue/OPS-1")["key"]
    edit = jira("PUT", "/issue/OPS-1", json={"fields": {"summary": "x"}})
    comment = jira("POST", "/issue/OPS-1/comment", json={"body": adf("x")})
    ways = jira.get("/issue/OPS-1/transitions")["transitions"]
    kept = jira("PUT", "/project/OPS/properties/x", json=1)

    assert (204, [], "OPS-1", []) == (archived.status_code, found, read, ways)
    assert [400, 400, 400] == [one.status_code for one in (edit, comment, kept)]
    project = jira.get("/project/OPS")
    assert (True, "Closeout") == (project["archived"], project["archivedBy"]["displayName"])
    assert ["OPS"] == [x["key"] for x in jira.get("/project/search", status="archived")["values"]]
    assert ["NOVA"] == [x["key"] for x in jira.get("/project/search")["values"]]
    restored = jira.post("/project/OPS/restore")
    assert ("OPS", None) == (restored["key"], restored.get("archived"))
    assert ["OPS-1", "OPS-2"] == jira.found("project = OPS order by key")
    assert 400 == jira("POST", "/project/OPS/restore").status_code


def test_a_deleted_project_goes_to_the_trash_and_comes_back(jira: Asking) -> None:
    jira("DELETE", "/project/OPS")
    trashed = jira.get("/project/search", status="deleted")["values"]
    jira("POST", "/project/OPS/restore")
    jira("DELETE", "/project/OPS?enableUndo=false")

    assert [("OPS", True)] == [(one["key"], one["deleted"]) for one in trashed]
    assert 404 == jira("GET", "/project/OPS").status_code
    assert 404 == jira("GET", "/issue/OPS-1").status_code


@only_data_center
def test_a_data_center_archives_and_restores_by_put(jira: Asking) -> None:
    archived = jira("PUT", "/project/OPS/archive")
    listed = jira.get("/project")
    with_archived = jira.get("/project", includeArchived="true")
    restored = jira("PUT", "/project/OPS/restore")

    assert (204, 202) == (archived.status_code, restored.status_code)
    assert ["NOVA"] == [one["key"] for one in listed]
    assert ["NOVA", "OPS"] == [one["key"] for one in with_archived]


@pytest.mark.parametrize("flavour", [TEAM])
def test_a_team_managed_project_is_archived_by_its_own_administrator(
    standin: Standin, jira: Asking
) -> None:
    standin.control.deny("Closeout", "ADMINISTER")

    assert 204 == jira("POST", "/project/OPS/archive").status_code
    assert ("next-gen", True) == (
        jira.get("/project/OPS")["style"],
        jira.get("/project/OPS")["simplified"],
    )


# Versions.


def test_a_version_is_made_released_and_taken_back(any_jira: Asking) -> None:
    number = any_jira.standin.world.projects["10000"].id
    made = any_jira.post("/version", name="2.0", projectId=int(number), releaseDate="2026-03-01")
    path = f"/version/{made['id']}"
    overdue = any_jira.get(path)["overdue"]
    any_jira.put(path, released=True)
    released = any_jira.get("/project/NOVA/version", orderBy="-releaseDate")["values"]
    any_jira.put(path, released=False)
    twice = any_jira("POST", "/version", json={"name": "2.0", "projectId": int(number)})

    assert (True, True, False) == (
        overdue,
        next(one for one in released if one["name"] == "2.0")["released"],
        any_jira.get(path)["released"],
    )
    assert {"name": "A version with this name already exists in this project."} == twice.json()[
        "errors"
    ]


def test_versions_are_listed_by_their_standing(jira: Asking) -> None:
    released = jira.get("/project/NOVA/version", status="released")["values"]
    everything = jira.get("/project/NOVA/versions")

    assert ["1.3"] == [one["name"] for one in released]
    assert ["1.3", "1.4"] == [one["name"] for one in everything]


def test_a_deleted_version_is_taken_from_its_issues(jira: Asking, standin: Standin) -> None:
    version = standin.control.version("1.4")
    before = jira.found("fixVersion = 1.4")

    jira("DELETE", f"/version/{version.id}")

    assert len(before) > 2
    assert [] == jira.get(f"/issue/{before[0]}")["fields"]["fixVersions"]
    assert 404 == jira("GET", f"/version/{version.id}").status_code


def test_a_version_has_related_work_on_cloud(standin: Standin, jira: Asking) -> None:
    path = f"/version/{standin.control.version('1.4').id}/relatedwork"
    made = jira.post(path, category="Post-mortem", title="Page", url="https://w.example/1")

    listed = jira.get(path)

    assert [made] == listed
    assert 404 == jira("GET", path.replace("relatedwork", "remotelink")).status_code
    assert 400 == jira("POST", path, json={"title": "x"}).status_code


@only_data_center
def test_a_version_has_links_by_their_ids_on_a_data_center(standin: Standin, jira: Asking) -> None:
    path = f"/version/{standin.control.version('1.4').id}/remotelink"
    for words in ("A", "B"):
        answer = jira(
            "POST", f"{path}/closeout:1", json={"link": "https://w.example", "name": words}
        )
        assert 201 == answer.status_code

    links = jira("GET", path).json()["links"]

    assert ["B"] == [one["link"]["name"] for one in links]


# Roles, and what issues are made of.


def test_people_are_put_into_a_role_of_a_project(jira: Asking, standin: Standin) -> None:
    role = jira.post("/role", name="Closeout", description="May close")["id"]
    bot = standin.world.bot.id
    jira.post(f"/project/NOVA/role/{role}", user=[bot])
    actors = jira.get(f"/project/NOVA/role/{role}")["actors"]
    elsewhere = jira.get(f"/project/OPS/role/{role}")["actors"]
    twice = jira("POST", f"/project/NOVA/role/{role}", json={"user": [bot]})
    jira("DELETE", f"/project/NOVA/role/{role}?user={bot}")

    assert ([bot], []) == ([one["actorUser"]["accountId"] for one in actors], elsewhere)
    assert 400 == twice.status_code
    assert [] == jira.get(f"/project/NOVA/role/{role}")["actors"]


def test_fields_are_told_with_what_they_are(any_jira: Asking) -> None:
    fields = {one["name"]: one for one in any_jira.get("/field")}

    name = "Story point estimate" if any_jira.standin.world.flavour == TEAM else "Story Points"
    assert "number" == fields[name]["schema"]["type"]
    assert fields["Sprint"]["schema"]["custom"].endswith(":gh-sprint")
    assert "duedate" == fields["Due date"]["schema"]["system"]


def test_sprints_are_objects_on_cloud_and_strings_on_a_data_center(any_jira: Asking) -> None:
    field = next(one["id"] for one in any_jira.get("/field") if one["name"] == "Sprint")
    (sprint, *_) = next(
        held
        for key in any_jira.found("project = NOVA", maxResults=50)
        if (held := any_jira.get(f"/issue/{key}", fields=field)["fields"][field])
    )

    if any_jira.standin.world.cloud:
        assert {"id", "name", "state", "boardId"} <= sprint.keys()
    else:
        assert "com.atlassian.greenhopper.service.sprint.Sprint@" in sprint
        assert "state=" in sprint


def test_the_statuses_of_a_project_are_listed_by_issue_type(jira: Asking) -> None:
    listed = {one["name"]: one["statuses"] for one in jira.get("/project/NOVA/statuses")}

    assert ["To Do", "In Progress", "Ready to close", "Done"] == [
        one["name"] for one in listed["Epic"]
    ]
    assert EPIC == jira.get(f"/issue/{EPIC}")["key"]


def test_every_account_is_listed_with_whether_it_is_active(jira: Asking) -> None:
    people = {one["displayName"]: one for one in jira.get("/users/search")}
    found = jira.get("/user/search", query="finn")

    assert (True, False) == (people["Ada Berg"]["active"], people["Finn Gray"]["active"])
    assert "app" == people["Closeout"]["accountType"]
    assert [] == found
