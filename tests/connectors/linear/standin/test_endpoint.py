"""The endpoint: keys, refusals, documents that do not fit, and what HTTP shows of it."""

from __future__ import annotations

import requests

from connectors.linear.standin import ConflictStatus, Standin
from tests.connectors.linear.standin.asking import A_UUID, ANOTHER_UUID, APOLLO, Asking, HandClock

ME = "{ viewer { id name admin isMe } }"
CREATE = """
mutation($id: String, $project: String!) {
  documentCreate(input: {id: $id, title: "Notes", content: "x", projectId: $project}) {
    success lastSyncId document { id }
  }
}
"""


def test_a_personal_key_is_taken_without_the_word_bearer(linear: Asking) -> None:
    data = linear.data(ME)

    assert data["viewer"]["name"] == "Closeout"
    assert data["viewer"]["isMe"] is True


def test_a_wrong_key_is_an_authentication_error_with_status_401(standin: Standin) -> None:
    with Asking(standin, key="lin_api_wrong") as stranger:
        answer = stranger.post(ME)

    assert 401 == answer.status_code
    error = answer.json()["errors"][0]
    assert "Authentication required, not authenticated" == error["message"]
    assert "authentication error" == error["extensions"]["type"]
    assert "AUTHENTICATION_ERROR" == error["extensions"]["code"]


def test_a_personal_key_behind_bearer_is_refused_with_status_400(standin: Standin) -> None:
    with Asking(standin, key=f"Bearer {standin.api_key}") as mistaken:
        answer = mistaken.post(ME)

    assert 400 == answer.status_code
    assert "Remove the Bearer prefix" in answer.json()["errors"][0]["message"]


def test_a_revoked_key_and_a_deactivated_owner_are_refused(standin: Standin) -> None:
    key = standin.control.new_api_key("Ben")["api_key"]

    with Asking(standin, key=key) as ben:
        before = ben.post(ME).status_code
        standin.control.deactivate("Ben")
        after = ben.post(ME).status_code
    with Asking(standin) as closeout:
        standin.control.revoke_api_key()
        revoked = closeout.post(ME).status_code

    assert (200, 401, 401) == (before, after, revoked)


def test_the_schema_can_be_read_without_a_key(standin: Standin) -> None:
    with Asking(standin, key="none") as stranger:
        data = stranger.data("{ __schema { queryType { name } } }")

    assert {"__schema": {"queryType": {"name": "Query"}}} == data


def test_a_document_that_does_not_fit_is_refused_with_status_400(linear: Asking) -> None:
    answer = linear.post("{ viewer { nickname } }")

    assert 400 == answer.status_code
    error = answer.json()["errors"][0]
    assert "GRAPHQL_VALIDATION_FAILED" == error["extensions"]["code"]
    assert "graphql error" == error["extensions"]["type"]
    assert [{"line": 1, "column": 12}] == error["locations"]


def test_a_variable_that_does_not_fit_is_refused_with_status_400(linear: Asking) -> None:
    answer = linear.post("query($id: String!) { issue(id: $id) { id } }", id=7)

    assert 400 == answer.status_code
    assert "data" not in answer.json() or answer.json()["data"] is None


def test_what_is_not_json_or_has_no_query_is_refused(standin: Standin, linear: Asking) -> None:
    for body in (b"nonsense", b"[]", b"{}", b'{"query": 1}', b'{"query": "{ viewer"}'):
        answer = linear.session.post(standin.url, data=body, timeout=10)

        assert 400 == answer.status_code, body
        assert answer.json()["errors"], body


def test_only_one_of_several_operations_is_run_by_its_name(
    standin: Standin, linear: Asking
) -> None:
    query = "query A { viewer { id } } query B { organization { name } }"
    headers = {"Authorization": standin.api_key}

    named = linear.session.post(
        standin.url, json={"query": query, "operationName": "B"}, headers=headers, timeout=10
    )
    unnamed = linear.session.post(standin.url, json={"query": query}, headers=headers, timeout=10)

    assert {"organization": {"name": "Acme"}} == named.json()["data"]
    assert 400 == unnamed.status_code


def test_what_is_not_there_is_not_found_with_status_200(linear: Asking) -> None:
    for field, entity in (("issue", "Issue"), ("project", "Project"), ("document", "Document")):
        answer = linear.post(f'{{ {field}(id: "{A_UUID}") {{ id }} }}')

        error = answer.json()["errors"][0]
        assert 200 == answer.status_code
        assert answer.json()["data"] is None
        assert f"Entity not found: {entity}" == error["message"]
        assert "invalid input" == error["extensions"]["type"]
        assert "INPUT_ERROR" == error["extensions"]["code"]
        assert (
            f"Could not find referenced {entity}." == error["extensions"]["userPresentableMessage"]
        )


def test_a_reference_to_nothing_names_the_argument(linear: Asking) -> None:
    error = linear.error(
        'mutation($p: String!) { projectUpdate(id: $p, input: {statusId: "gone"}) { success } }',
        p=_project(linear),
    )

    assert error["message"].startswith("Entity not found: ProjectStatus: statusId")


def test_a_second_create_with_the_same_id_is_a_conflict_that_names_it(linear: Asking) -> None:
    project = _project(linear)
    first = linear.data(CREATE, id=A_UUID, project=project)

    answer = linear.post(CREATE, id=A_UUID, project=project)

    assert A_UUID == first["documentCreate"]["document"]["id"]
    error = answer.json()["errors"][0]
    assert 200 == answer.status_code
    assert "conflict on insert of Document" == error["message"]
    assert (
        f"Entity Document with id {A_UUID} already exists."
        == error["extensions"]["userPresentableMessage"]
    )


def test_a_conflict_may_alternate_between_the_two_reported_statuses(
    standin: Standin, linear: Asking
) -> None:
    project = _project(linear)
    linear.data(CREATE, id=A_UUID, project=project)
    standin.world.behaviour.conflict_status = ConflictStatus.ALTERNATE

    statuses = [linear.post(CREATE, id=A_UUID, project=project).status_code for _ in range(4)]

    assert [200, 400, 200, 400] == statuses


def test_an_id_that_is_no_uuid_of_version_4_is_a_bad_argument(linear: Asking) -> None:
    project = _project(linear)

    for wrong in ("x", "1b2c3d4e-5f60-5718-8293-a4b5c6d7e8f9", A_UUID.replace("8293", "c293")):
        error = linear.error(CREATE, id=wrong, project=project)

        assert "Argument Validation Error" == error["message"], wrong
        assert "INVALID_INPUT" == error["extensions"]["code"], wrong


def test_a_create_without_an_id_gets_one(linear: Asking) -> None:
    made = linear.data(CREATE, id=None, project=_project(linear))["documentCreate"]

    assert made["success"] is True
    assert "4" == made["document"]["id"][14]


def test_the_sync_id_rises_with_every_change(linear: Asking) -> None:
    project = _project(linear)

    first = linear.data(CREATE, id=A_UUID, project=project)["documentCreate"]["lastSyncId"]
    second = linear.data(CREATE, id=ANOTHER_UUID, project=project)["documentCreate"]["lastSyncId"]

    assert second > first


def test_every_change_is_logged_in_order_with_who_made_it(standin: Standin, linear: Asking) -> None:
    linear.data(CREATE, id=A_UUID, project=_project(linear))
    standin.control.comment(APOLLO, "Seen", by="Ben")

    log = [(one.seq, one.via, one.actor, one.action) for one in standin.world.log]

    assert [
        (1, "api", "Closeout", "documentCreate"),
        (2, "person", "Ben Castro", "commentCreate"),
    ] == log


def test_only_administrators_see_and_make_webhooks(standin: Standin) -> None:
    key = standin.control.new_api_key("Ben")["api_key"]

    with Asking(standin, key=key) as ben:
        seen = ben.error("{ webhooks(first: 5) { nodes { id } } }")
        made = ben.error(
            'mutation { webhookCreate(input: {url: "http://x", allPublicTeams: true,'
            ' resourceTypes: ["Project"]}) { success } }'
        )

    assert ["forbidden"] * 2 == [one["extensions"]["type"] for one in (seen, made)]
    assert not standin.world.webhooks


def test_a_world_that_does_not_hold_together_is_an_internal_error(
    standin: Standin, linear: Asking
) -> None:
    standin.world.project_statuses.clear()

    answer = linear.post("{ projects { nodes { status { name } } } }")

    assert 500 == answer.status_code
    assert "internal error" == answer.json()["errors"][0]["extensions"]["type"]


def test_the_endpoint_takes_posts_only_and_needs_a_length(standin: Standin) -> None:
    got = requests.get(standin.url, timeout=10)
    nowhere = requests.post(f"{standin.base_url}/elsewhere", json={}, timeout=10)
    endless = requests.post(standin.url, data=iter([b"{}"]), timeout=10)

    assert (405, 404, 411) == (got.status_code, nowhere.status_code, endless.status_code)


def test_stopping_ends_open_connections_and_frees_the_port(clock: HandClock) -> None:
    running = Standin.seeded(clock)
    running.start()
    with Asking(running) as asking:
        asking.data(ME)
        port = int(running.base_url.rsplit(":", 1)[1])
        running.stop()

        again = Standin(clock, port)
        again.start()
        again.stop()

    assert port


def _project(linear: Asking) -> str:
    found: str = linear.data("{ projects(first: 1) { nodes { id } } }")["projects"]["nodes"][0][
        "id"
    ]
    return found
