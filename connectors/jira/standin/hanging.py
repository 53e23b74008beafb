"""What hangs on issues: comments, worklogs, links, and how each is told of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors._standin.messages import Value
from connectors.jira.standin import issue_changes, texts, wire, wire_issue
from connectors.jira.standin.entities import (
    Comment,
    Issue,
    IssueLink,
    Item,
    Link,
    LinkType,
    Text,
    Worklog,
)
from connectors.jira.standin.errors import Problem
from connectors.jira.standin.world import Act, World


def comment_body(world: World, raw: Value, version: int) -> Text:
    """Read what a caller wants to comment. Raises Problem."""
    if world.cloud and version >= texts.ADF_VERSION:
        if not texts.is_adf(raw) or not raw["content"]:
            raise Problem(400, errors={"comment": "Comment body is not valid!"})
        kept: Text = raw
        return kept
    if not isinstance(raw, str) or not raw.strip():
        raise Problem(400, errors={"comment": "Comment body can not be empty!"})
    return texts.kept(raw, cloud=world.cloud)


def add_comment(
    act: Act, issue: Issue, body: Text, properties: dict[str, Any] | None = None
) -> Comment:
    """Comment on an issue."""
    world = act.world
    comment = Comment(
        id=world.ids.number("comment", 10_100),
        author_id=act.actor.id,
        body=body,
        created_at=act.at,
        updated_at=act.at,
        properties=properties or {},
    )
    issue.comments.append(comment)
    issue_changes.touched(act, issue)
    act.record("addComment", "comment", comment.id, key=issue.key, text=texts.markdown(body))
    _tell_comment(act, "comment_created", issue, comment)
    return comment


def update_comment(act: Act, issue: Issue, comment: Comment, body: Text) -> None:
    """Change a comment."""
    comment.body, comment.updated_at = body, act.at
    issue_changes.touched(act, issue)
    act.record("updateComment", "comment", comment.id, key=issue.key)
    _tell_comment(act, "comment_updated", issue, comment)


def delete_comment(act: Act, issue: Issue, comment: Comment) -> None:
    """Delete a comment."""
    issue.comments.remove(comment)
    issue_changes.touched(act, issue)
    act.record("deleteComment", "comment", comment.id, key=issue.key)
    _tell_comment(act, "comment_deleted", issue, comment)


def _tell_comment(act: Act, event: str, issue: Issue, comment: Comment) -> None:
    world = act.world
    shown = wire_issue.fields(world, issue, ("summary", "issuetype", "project", "status"), 2)
    about = {"id": issue.id, "self": f"{wire.api(world, 2)}/{issue.id}", "key": issue.key}
    body = {
        "comment": wire_issue.comment(world, issue, comment, 2),
        "issue": {**about, "fields": shown},
    }
    act.tell(event, body, issue.id)


def add_worklog(
    act: Act,
    issue: Issue,
    seconds: int,
    started_at: datetime,
    comment: Text | None = None,
    role: str | None = None,
) -> Worklog:
    """Log work on an issue; what remains of it goes down."""
    world = act.world
    log = Worklog(
        id=world.ids.number("worklog", 10_200),
        issue_id=issue.id,
        author_id=act.actor.id,
        started_at=started_at,
        seconds=seconds,
        created_at=act.at,
        updated_at=act.at,
        comment=comment,
        role=role,
    )
    world.worklogs[log.id] = log
    spent, left = issue.values.get("timespent"), issue.values.get("timeestimate")
    after = (spent or 0) + seconds
    items = [
        Item(
            "timespent", "jira", "timespent", _number(spent), _number(spent), str(after), str(after)
        ),
        Item("WorklogId", "jira", "WorklogId", None, None, log.id, log.id),
    ]
    if left is not None:
        rest = max(0, left - seconds)
        told = (str(left), str(left), str(rest), str(rest))
        items.insert(0, Item("timeestimate", "jira", "timeestimate", *told))
    world.keep(issue.id, act.at)
    issue.values["timespent"] = after
    if left is not None:
        issue.values["timeestimate"] = max(0, left - seconds)
    act.record("addWorklog", "worklog", log.id, key=issue.key, seconds=seconds)
    issue_changes.write_history(act, issue, items)
    act.tell("worklog_created", {"worklog": wire_issue.worklog(world, log, 2)}, issue.id)
    return log


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def link_issues(act: Act, kind: LinkType, inward: Issue, outward: Issue) -> IssueLink:
    """Link two issues once; the same link again changes nothing."""
    world = act.world
    for one in world.issue_links.values():
        if (one.type_id, one.inward_id, one.outward_id) == (kind.id, inward.id, outward.id):
            return one
    link = IssueLink(world.ids.number("link", 10_300), kind.id, inward.id, outward.id)
    world.issue_links[link.id] = link
    for issue, said in _said_of(kind, inward, outward):
        item = Item("Link", "jira", None, None, None, *said)
        issue_changes.touched(act, issue, items=[item])
    act.record("linkIssues", "issueLink", link.id, type=kind.name, of=inward.key, to=outward.key)
    told = {
        "id": int(link.id),
        "sourceIssueId": int(outward.id),
        "destinationIssueId": int(inward.id),
        "issueLinkType": {
            "id": int(kind.id),
            "name": kind.name,
            "outwardName": kind.outward,
            "inwardName": kind.inward,
            "isSubTaskLinkType": False,
            "isSystemLinkType": False,
        },
        "systemLink": False,
    }
    act.tell("issuelink_created", {"issueLink": told})
    return link


def unlink_issues(act: Act, link: IssueLink) -> None:
    """Remove a link between two issues."""
    world = act.world
    del world.issue_links[link.id]
    inward, outward = world.issues[link.inward_id], world.issues[link.outward_id]
    for issue, said in _said_of(world.link_types[link.type_id], inward, outward):
        item = Item("Link", "jira", None, *said, None, None)
        issue_changes.touched(act, issue, items=[item])
    act.record("deleteIssueLink", "issueLink", link.id)


def _said_of(
    kind: LinkType, inward: Issue, outward: Issue
) -> Iterator[tuple[Issue, tuple[str, str]]]:
    """Yield what the history of either end says of a link: the other's key, and a sentence."""
    for issue, other, word in ((inward, outward, kind.outward), (outward, inward, kind.inward)):
        yield issue, (other.key, f"This issue {word} {other.key}")


def put_link(act: Act, issue: Issue, body: dict[str, Any]) -> tuple[Link, bool]:
    """Link an issue to the web; the same globalId again replaces it. True where it is new."""
    global_id = body.get("globalId")
    found = next((x for x in issue.links if global_id and x.global_id == global_id), None)
    title = str(body["object"]["title"])
    if found is not None:
        found.body = body
        act.record("createOrUpdateRemoteIssueLink", "remoteLink", found.id, key=issue.key)
        issue_changes.touched(act, issue)
        return found, False
    link = Link(act.world.ids.number("remote", 10_400), global_id, body)
    issue.links.append(link)
    act.record("createOrUpdateRemoteIssueLink", "remoteLink", link.id, key=issue.key, title=title)
    item = Item(
        "RemoteIssueLink",
        "jira",
        None,
        None,
        None,
        link.id,
        f'This issue links to "{title} (Web Link)"',
    )
    issue_changes.touched(act, issue, items=[item])
    return link, True
