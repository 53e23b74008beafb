"""Documents and comments: where they hang, how they read back, trash and moves."""

from __future__ import annotations

from typing import Any

from connectors.linear.standin import Standin
from tests.connectors.linear.standin.asking import A_UUID, APOLLO, Asking, HandClock

CREATE = """
mutation($input: DocumentCreateInput!) {
  documentCreate(input: $input) { document { id slugId url content documentContentId } }
}
"""
READ = """
query($id: String!) {
  document(id: $id) {
    title content trashed archivedAt updatedAt project { name } creator { name }
    updatedBy { name } comments { nodes { body user { name } } }
  }
}
"""


def test_a_document_hangs_on_its_project_and_reads_back_rewritten(
    standin: Standin, linear: Asking
) -> None:
    made = _create(linear, standin, id=A_UUID, content="- one _two_\n- https://a.example/b")

    read = _read(linear, A_UUID)
    by_slug = _read(linear, made["slugId"])

    assert "* one *two*\n* <https://a.example/b>" == made["content"] == read["content"]
    assert APOLLO == read["project"]["name"]
    assert read == by_slug


def test_a_document_needs_exactly_one_parent(standin: Standin, linear: Asking) -> None:
    project, team = standin.control.project(APOLLO).id, standin.control.team("OPS").id

    for parents in ({}, {"projectId": project, "teamId": team}):
        error = linear.error(CREATE, input={"title": "x", **parents})

        assert "Argument Validation Error" == error["message"]


def test_an_update_replaces_the_content_whatever_was_written_meanwhile(
    standin: Standin, linear: Asking
) -> None:
    made = _create(linear, standin, content="from us")
    standin.control.append_to_document(made["id"], "from Ben", by="Ben")
    between = _read(linear, made["id"])

    linear.data(
        'mutation($id: String!) { documentUpdate(id: $id, input: {content: "ours"}) { success } }',
        id=made["id"],
    )
    after = _read(linear, made["id"])
    history = linear.data(
        "query($id: String!) { documentContentHistory(id: $id) { history { actorIds } } }",
        id=made["documentContentId"],
    )["documentContentHistory"]["history"]

    assert ("from us\n\nfrom Ben", "Ben Castro") == (
        between["content"],
        between["updatedBy"]["name"],
    )
    assert "ours" == after["content"]
    bot, ben = standin.control.bot().id, standin.control.person("Ben").id
    assert [[bot], [ben], [bot]] == [one["actorIds"] for one in history]


def test_a_person_edits_a_piece_of_the_text(standin: Standin, linear: Asking) -> None:
    made = _create(linear, standin, content="Cause: ?")

    standin.control.edit_document(made["id"], "?", "a late hand-over")

    assert "Cause: a late hand-over" == _read(linear, made["id"])["content"]


def test_a_trashed_document_is_still_read_and_can_be_restored(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    made = _create(linear, standin)
    clock.ahead(hours=1)

    linear.data(f'mutation {{ documentDelete(id: "{made["id"]}") {{ success }} }}')
    trashed = _read(linear, made["id"])
    standin.control.restore(made["id"])
    restored = _read(linear, made["id"])
    standin.control.delete(made["id"])

    assert (True, "2026-03-02T10:00:00.000Z") == (trashed["trashed"], trashed["archivedAt"])
    assert (None, None) == (restored["trashed"], restored["archivedAt"])
    assert "Entity not found: Document" == linear.error(READ, id=made["id"])["message"]


def test_a_document_can_be_moved_to_another_project(standin: Standin, linear: Asking) -> None:
    made = _create(linear, standin)
    linear.data(
        'mutation($t: String!) { projectCreate(input: {name: "Other", teamIds: [$t]}) { success } }',
        t=standin.control.team("OPS").id,
    )

    standin.control.move_document(made["id"], "Other")

    assert "Other" == _read(linear, made["id"])["project"]["name"]


def test_a_comment_is_on_exactly_one_thing_and_is_read_by_id(
    standin: Standin, linear: Asking
) -> None:
    document = _create(linear, standin)
    text = (
        "mutation($input: CommentCreateInput!) { commentCreate(input: $input)"
        " { comment { id url documentContent { document { title } } } } }"
    )
    on = {"documentContentId": document["documentContentId"]}

    made = linear.data(text, input={"id": A_UUID, "body": "_Hm_", **on})["commentCreate"]["comment"]
    several = linear.error(text, input={"body": "x", "issueId": "OPS-1", **on})
    none = linear.error(text, input={"body": "x"})
    read = linear.data(
        "query($id: String!) { comment(id: $id) { body documentContentId issueId } }", id=A_UUID
    )["comment"]

    assert (A_UUID, "Notes") == (made["id"], made["documentContent"]["document"]["title"])
    assert "Argument Validation Error" == several["message"] == none["message"]
    assert {"body": "*Hm*", "issueId": None, **on} == read
    assert ["*Hm*"] == [one["body"] for one in _read(linear, document["id"])["comments"]["nodes"]]


def test_a_reply_is_on_what_its_parent_is_on(standin: Standin, linear: Asking) -> None:
    parent = standin.control.comment(APOLLO, "First", by="Ben")

    reply = linear.data(
        'mutation($p: String!) { commentCreate(input: {parentId: $p, body: "Second"})'
        " { comment { parent { body } project { name } } } }",
        p=parent.id,
    )["commentCreate"]["comment"]

    assert {"parent": {"body": "First"}, "project": {"name": APOLLO}} == reply


def _create(linear: Asking, standin: Standin, **given: object) -> dict[str, Any]:
    wanted = {"title": "Notes", "projectId": standin.control.project(APOLLO).id} | given
    made: dict[str, Any] = linear.data(CREATE, input=wanted)["documentCreate"]["document"]
    return made


def _read(linear: Asking, document_id: str) -> dict[str, Any]:
    found: dict[str, Any] = linear.data(READ, id=document_id)["document"]
    return found
