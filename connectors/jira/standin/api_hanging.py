"""Comments, worklogs, links and properties of issues over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from connectors._standin.messages import Answer, Value, as_json
from connectors.jira.standin import hanging, issue_changes, values, wire, wire_issue
from connectors.jira.standin.api import Call, integer, on, wrote
from connectors.jira.standin.api_issues import names
from connectors.jira.standin.entities import Comment, Issue, Link, LinkType
from connectors.jira.standin.errors import Problem, no_issue

_LARGEST_PROPERTY = 32_768
_MOST_WORKLOGS = 1000


# Comments.


@on("GET", "/issue/{key}/comment", anonymous=True)
def get_comments(call: Call, key: str) -> Answer:
    """Page through an issue's comments, oldest first."""
    issue = call.issue(key)
    start, most = call.whole("startAt", 0), call.whole("maxResults", 5000)
    found = issue.comments
    if call.request.one("orderBy") == "-created":
        found = found[::-1]
    shown = [_comment(call, issue, one) for one in found[start : start + most]]
    page = {"startAt": start, "maxResults": most, "total": len(found)}
    return as_json({**page, "comments": shown})


def _comment(call: Call, issue: Issue, one: Comment) -> dict[str, Any]:
    shown = wire_issue.comment(call.world, issue, one, call.version)
    if "properties" in names(call.request.all("expand")):
        shown["properties"] = [{"key": k, "value": v} for k, v in one.properties.items()]
    return shown


@on("POST", "/issue/{key}/comment")
def add_comment(call: Call, key: str) -> Answer:
    """Comment on an issue, with properties if so wanted."""
    body, issue = call.body, call.issue(key)
    with call.act() as act:
        issue_changes.writable(call.world, issue)
        call.need("ADD_COMMENTS")
        text = hanging.comment_body(call.world, body.get("body"), call.version)
        kept = {str(one["key"]): one["value"] for one in body.get("properties") or ()}
        comment = hanging.add_comment(act, issue, text, kept)
    return wrote(_comment(call, issue, comment), 201)


@on("GET", "/issue/{key}/comment/{number}", anonymous=True)
def get_comment(call: Call, key: str, number: str) -> Answer:
    """Read a comment."""
    issue = call.issue(key)
    return as_json(_comment(call, issue, _found_comment(issue, number)))


@on("PUT", "/issue/{key}/comment/{number}")
def update_comment(call: Call, key: str, number: str) -> Answer:
    """Change a comment."""
    body, issue = call.body, call.issue(key)
    with call.act() as act:
        issue_changes.writable(call.world, issue)
        comment = _found_comment(issue, number)
        if "properties" in body:
            comment.properties |= {str(one["key"]): one["value"] for one in body["properties"]}
        text = hanging.comment_body(call.world, body.get("body"), call.version)
        hanging.update_comment(act, issue, comment, text)
    return wrote(_comment(call, issue, comment))


@on("DELETE", "/issue/{key}/comment/{number}")
def delete_comment(call: Call, key: str, number: str) -> Answer:
    """Delete a comment."""
    issue = call.issue(key)
    with call.act() as act:
        issue_changes.writable(call.world, issue)
        hanging.delete_comment(act, issue, _found_comment(issue, number))
    return wrote()


def _found_comment(issue: Issue, number: str) -> Comment:
    for one in issue.comments:
        if one.id == number:
            return one
    raise Problem(404, f"Can not find a comment for the id: {number}.")


@on("GET", "/comment/{number}/properties/{name}", anonymous=True)
def get_comment_property(call: Call, number: str, name: str) -> Answer:
    """Read a property of a comment."""
    return _property(_any_comment(call, number).properties, name)


@on("PUT", "/comment/{number}/properties/{name}")
def set_comment_property(call: Call, number: str, name: str) -> Answer:
    """Set a property of a comment."""
    with call.act() as act:
        comment = _any_comment(call, number)
        status = put_property(call, comment.properties, name)
        act.record("setCommentProperty", "comment", number, property=name)
    return Answer(status, b"", wrote=True)


def _any_comment(call: Call, number: str) -> Comment:
    for issue in call.world.issues.values():
        for one in issue.comments:
            if one.id == number:
                return one
    raise Problem(404, f"Can not find a comment for the id: {number}.")


# Properties of issues.


@on("GET", "/issue/{key}/properties", anonymous=True)
def get_issue_property_keys(call: Call, key: str) -> Answer:
    """List the properties of an issue."""
    return property_keys(call, f"issue/{key}", call.issue(key).properties)


@on("GET", "/issue/{key}/properties/{name}", anonymous=True)
def get_issue_property(call: Call, key: str, name: str) -> Answer:
    """Read a property of an issue."""
    return _property(call.issue(key).properties, name)


@on("PUT", "/issue/{key}/properties/{name}")
def set_issue_property(call: Call, key: str, name: str) -> Answer:
    """Set a property of an issue."""
    issue = call.issue(key)
    with call.act() as act:
        issue_changes.writable(call.world, issue)
        call.need("EDIT_ISSUES")
        status = put_property(call, issue.properties, name)
        act.record("setIssueProperty", "issue", issue.id, key=issue.key, property=name)
    return Answer(status, b"", wrote=True)


@on("DELETE", "/issue/{key}/properties/{name}")
def delete_issue_property(call: Call, key: str, name: str) -> Answer:
    """Remove a property of an issue."""
    issue = call.issue(key)
    with call.act() as act:
        remove_property(issue.properties, name)
        act.record("deleteIssueProperty", "issue", issue.id, key=issue.key, property=name)
    return wrote()


def property_keys(call: Call, of: str, kept: dict[str, Any]) -> Answer:
    """List properties."""
    base = f"{wire.api(call.world, call.version)}/{of}/properties"
    return as_json({"keys": [{"self": f"{base}/{key}", "key": key} for key in kept]})


def _property(kept: dict[str, Any], name: str) -> Answer:
    if name not in kept:
        raise Problem(404, f"The property with key '{name}' does not exist.")
    return as_json({"key": name, "value": kept[name]})


read_property = _property


def put_property(call: Call, kept: dict[str, Any], name: str) -> int:
    """Set a property to the body, any JSON; returns the status. Raises Problem."""
    body = call.request.body
    if not body or len(body) > _LARGEST_PROPERTY:
        raise Problem(400, "The property value must be valid JSON of at most 32768 characters.")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Problem(400, "The property value must be valid JSON.") from None
    status = 200 if name in kept else 201
    kept[name] = value
    return status


def remove_property(kept: dict[str, Any], name: str) -> None:
    """Remove a property. Raises Problem."""
    if name not in kept:
        raise Problem(404, f"The property with key '{name}' does not exist.")
    del kept[name]


# Links to the web.


@on("GET", "/issue/{key}/remotelink", anonymous=True)
def get_remote_issue_links(call: Call, key: str) -> Answer:
    """List an issue's links, or the one with a globalId."""
    issue = call.issue(key)
    wanted = call.request.one("globalId")
    found = [one for one in issue.links if not wanted or one.global_id == wanted]
    if wanted:
        if not found:
            raise Problem(404, f"The remote link with global id '{wanted}' does not exist.")
        return as_json(_link(call, issue, found[0]))
    return as_json([_link(call, issue, one) for one in found])


def _link(call: Call, issue: Issue, one: Link) -> dict[str, Any]:
    base = wire.api(call.world, call.version)
    kept = {k: v for k, v in one.body.items() if k in ("application", "relationship", "object")}
    shown = {"id": int(one.id), "self": f"{base}/issue/{issue.key}/remotelink/{one.id}", **kept}
    return {**shown, "globalId": one.global_id} if one.global_id else shown


@on("POST", "/issue/{key}/remotelink")
def create_or_update_remote_issue_link(call: Call, key: str) -> Answer:
    """Link an issue to the web; the globalId decides whether it is a new link."""
    body, issue = call.body, call.issue(key)
    given = body.get("object")
    errors = {}
    if not isinstance(given, dict) or not given.get("title"):
        errors["title"] = "'title' is required."
    if not isinstance(given, dict) or not given.get("url"):
        errors["url"] = "'url' is required."
    if len(str(body.get("globalId") or "")) > 255:  # noqa: PLR2004 (published)
        errors["globalId"] = "globalId must be at most 255 characters."
    if errors:
        raise Problem(400, errors=errors)
    with call.act() as act:
        issue_changes.writable(call.world, issue)
        call.need("LINK_ISSUES")
        link, new = hanging.put_link(act, issue, body)
    base = wire.api(call.world, call.version)
    made = {"id": int(link.id), "self": f"{base}/issue/{issue.key}/remotelink/{link.id}"}
    return wrote(made, 201 if new else 200)


@on("DELETE", "/issue/{key}/remotelink/{number}")
def delete_remote_issue_link(call: Call, key: str, number: str) -> Answer:
    """Remove a link."""
    issue = call.issue(key)
    with call.act() as act:
        found = next((one for one in issue.links if one.id == number), None)
        if found is None:
            raise Problem(404, "The remote link does not exist.")
        issue.links.remove(found)
        act.record("deleteRemoteIssueLinkById", "remoteLink", number, key=issue.key)
        issue_changes.touched(act, issue)
    return wrote()


# Links between issues.


@on("GET", "/issueLinkType", anonymous=True)
def get_issue_link_types(call: Call) -> Answer:
    """List the types of links."""
    found = [wire.link_type(call.world, x, call.version) for x in call.world.link_types.values()]
    return as_json({"issueLinkTypes": found})


@on("POST", "/issueLink")
def link_issues(call: Call) -> Answer:
    """Link two issues; no id comes back, and the same link again makes no second one."""
    body = call.body
    kind = _link_type(call, body.get("type"))
    ends = [_end(call, body.get(side)) for side in ("inwardIssue", "outwardIssue")]
    with call.act() as act:
        for one in ends:
            issue_changes.writable(call.world, one)
        call.need("LINK_ISSUES")
        hanging.link_issues(act, kind, ends[0], ends[1])
        comment = body.get("comment")
        if isinstance(comment, dict):
            text = hanging.comment_body(call.world, comment.get("body"), call.version)
            hanging.add_comment(act, ends[1], text)
    return Answer(201, b"", wrote=True)


def _link_type(call: Call, given: Value) -> LinkType:
    wanted = given if isinstance(given, dict) else {}
    for one in call.world.link_types.values():
        if wanted.get("id") == one.id or wanted.get("name") == one.name:
            return one
    raise Problem(404, f"No issue link type with name '{wanted.get('name')}' found.")


def _end(call: Call, given: Value) -> Issue:
    if not isinstance(given, dict) or not (given.get("id") or given.get("key")):
        raise no_issue()
    return call.issue(str(given.get("id") or given.get("key")))


@on("DELETE", "/issueLink/{number}")
def delete_issue_link(call: Call, number: str) -> Answer:
    """Remove a link between issues."""
    with call.act() as act:
        link = call.world.issue_links.get(number)
        if link is None:
            raise Problem(404, "No issue link with the id exists.")
        hanging.unlink_issues(act, link)
    return wrote()


# Worklogs.


@on("GET", "/issue/{key}/worklog", anonymous=True)
def get_issue_worklog(call: Call, key: str) -> Answer:
    """Page through the work logged on an issue."""
    issue = call.issue(key)
    _need_time_tracking(call)
    start, most = 0, len(call.world.worklogs)
    if call.world.cloud:  # a Data Center gives all of them at once
        start = call.whole("startAt", 0)
        most = min(call.whole("maxResults", 5000), call.world.behaviour.worklog_page)
    found = wire_issue.worklogs(call.world, issue)
    shown = [wire_issue.worklog(call.world, w, call.version) for w in found[start : start + most]]
    page = {"startAt": start, "maxResults": most, "total": len(found)}
    return as_json({**page, "worklogs": shown})


@on("POST", "/issue/{key}/worklog")
def add_worklog(call: Call, key: str) -> Answer:
    """Log work."""
    body, issue = call.body, call.issue(key)
    _need_time_tracking(call)
    try:
        length = body.get("timeSpentSeconds") or values.seconds(body.get("timeSpent"))
        started = datetime.fromisoformat(str(body.get("started") or call.world.clock()))
    except ValueError as error:
        raise Problem(400, str(error)) from None
    if not length:
        raise Problem(400, errors={"timeLogged": "You must indicate the time spent working."})
    with call.act() as act:
        issue_changes.writable(call.world, issue)
        call.need("WORK_ON_ISSUES")
        log = hanging.add_worklog(act, issue, int(length), started, body.get("comment"))
    return wrote(wire_issue.worklog(call.world, log, call.version), 201)


def _need_time_tracking(call: Call) -> None:
    if not call.world.behaviour.time_tracking:
        raise Problem(404, "Time Tracking is not enabled.")


@on("POST", "/worklog/list", reads=True)
def get_worklogs_for_ids(call: Call) -> Answer:
    """Read worklogs by id."""
    ids = call.body.get("ids")
    if not isinstance(ids, list) or len(ids) > _MOST_WORKLOGS:
        raise Problem(400, "ids must hold at most 1000 ids.")
    found = [w for i in ids if (w := call.world.worklogs.get(str(i))) is not None]
    return as_json([wire_issue.worklog(call.world, w, call.version) for w in found])


@on("GET", "/worklog/updated")
def get_ids_of_worklogs_modified_since(call: Call) -> Answer:
    """List the worklogs that changed since an instant; not those of the last minute."""
    since = integer(call.request.one("since") or 0, "since")
    now = round(call.world.clock().timestamp() * 1000)
    ages = ((round(w.updated_at.timestamp() * 1000), w) for w in call.world.worklogs.values())
    found = sorted(
        ((at, int(w.id)) for at, w in ages if since <= at <= now - 60_000), key=lambda one: one[0]
    )[:_MOST_WORKLOGS]
    told = [{"worklogId": number, "updatedTime": at, "properties": []} for at, number in found]
    until = found[-1][0] if found else since
    base = f"{wire.api(call.world, call.version)}/worklog/updated"
    page = {"since": since, "until": until, "lastPage": True, "self": f"{base}?since={since}"}
    return as_json({"values": told, **page})
