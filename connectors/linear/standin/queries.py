"""The fields of Query that are no plain lists."""

# A resolver takes what GraphQL hands to every one of them, whether it needs it or not.
# ruff: noqa: ARG001, ARG005

from __future__ import annotations

from typing import Any

from connectors.linear.standin.errors import bad_argument, not_found
from connectors.linear.standin.kinds import Record
from connectors.linear.standin.paging import Page, page
from connectors.linear.standin.resolvers import Args, Call, Resolver, connection


def _by_id(table: str) -> Resolver:
    return lambda root, call, args: call.tables.one(table, args["id"])


def _comment(root: Record, call: Call, args: Args) -> Record:
    if args.get("id") is None:
        raise bad_argument("id", "isDefined", "Either id or hash must be given.")
    return call.tables.one("comments", args["id"])


def _attachments_for_url(root: Record, call: Call, args: Args) -> Page:
    found = [a for a in call.tables.attachments.values() if a.url == args["url"]]
    return page(found, args, call.world.behaviour)


def _document_content_history(root: Record, call: Call, args: Args) -> dict[str, Any]:
    document = call.tables.document_of_content(args["id"])
    if document is None:
        raise not_found("DocumentContent")
    entries = [
        {
            "id": snapshot.id,
            "actor_ids": snapshot.actor_ids,
            "content_data_snapshot_at": snapshot.at,
            "created_at": snapshot.at,
            "document_content_id": document.document_content_id,
        }
        for snapshot in reversed(document.snapshots)
    ]
    return {"success": True, "history": entries}


def _webhook(root: Record, call: Call, args: Args) -> Record:
    call.need_admin()
    return call.tables.one("webhooks", args["id"])


def _webhooks(root: Record, call: Call, args: Args) -> Record:
    call.need_admin()
    return connection("Query", "webhooks")(root, call, args)


def _rate_limit_status(root: Record, call: Call, args: Args) -> dict[str, Any]:
    budget = call.limits.of(call.viewer.id)
    return {
        "identifier": call.viewer.id,
        "kind": "api_key",
        "limits": [budget.requests.status(call.now), budget.complexity.status(call.now)],
    }


QUERIES: dict[str, Resolver] = {
    "attachment": _by_id("attachments"),
    "attachmentsForURL": _attachments_for_url,
    "comment": _comment,
    "document": lambda root, call, args: call.tables.document(args["id"]),
    "documentContentHistory": _document_content_history,
    "entityExternalLink": _by_id("links"),
    "issue": lambda root, call, args: call.tables.issue(args["id"]),
    "issueLabel": _by_id("issue_labels"),
    "issueRelation": _by_id("relations"),
    "organization": lambda root, call, args: call.tables.organization,
    "project": lambda root, call, args: call.tables.project(args["id"]),
    "projectLabel": _by_id("project_labels"),
    "projectMilestone": _by_id("project_milestones"),
    "projectStatus": _by_id("project_statuses"),
    "projectUpdate": _by_id("project_updates"),
    "rateLimitStatus": _rate_limit_status,
    "team": lambda root, call, args: call.tables.team(args["id"]),
    "user": _by_id("users"),
    "viewer": lambda root, call, args: call.viewer,
    "webhook": _webhook,
    "webhooks": _webhooks,
    "workflowState": _by_id("workflow_states"),
}
