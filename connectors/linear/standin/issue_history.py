"""The history of an issue: quick edits by one person merge into one entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.linear.standin.entities import Issue, IssueHistory
from connectors.linear.standin.payloads import camel, wire
from connectors.linear.standin.world import Act

# Where a change of a field shows, as `from…` and `to…`; the rest of an issue leaves no trace.
_PAIRS = (
    "state_id",
    "estimate",
    "project_id",
    "project_milestone_id",
    "cycle_id",
    "assignee_id",
    "delegate_id",
    "team_id",
    "parent_id",
    "priority",
    "title",
    "due_date",
)

# What Linear does by itself has no actor.
_BY_ITSELF = frozenset({"autoArchived", "autoClosed"})


def write(act: Act, issue: Issue, before: Mapping[str, Any]) -> None:
    """Write an entry for the fields that changed, given their previous values."""
    changes: dict[str, Any] = {}
    for name in _PAIRS:
        if name in before:
            suffix = camel(name)[0].upper() + camel(name)[1:]
            changes[f"from{suffix}"] = wire(before[name])
            changes[f"to{suffix}"] = wire(getattr(issue, name))
    if "label_ids" in before:
        was, now = before["label_ids"], issue.label_ids
        changes["addedLabelIds"] = [one for one in now if one not in was]
        changes["removedLabelIds"] = [one for one in was if one not in now]
    if "description" in before:
        changes["updatedDescription"] = True
    if before.get("auto_closed_at", issue.auto_closed_at) != issue.auto_closed_at:
        changes["autoClosed"] = True
    note(act, issue, changes)


def note(act: Act, issue: Issue, changes: Mapping[str, Any]) -> None:
    """Write an entry, or merge it into the last one by the same person a moment ago."""
    if not changes:
        return
    actor_id = None if _BY_ITSELF & changes.keys() else act.actor.id
    last = issue.history[-1] if issue.history else None
    if last is not None and last.actor_id == actor_id and _groups(act, last):
        last.changes = _merged(last.changes, changes)
        last.updated_at = act.at
        if not last.changes:
            issue.history.pop()
        return
    issue.history.append(
        IssueHistory(
            id=act.world.ids.uuid(),
            created_at=act.at,
            updated_at=act.at,
            seq=len(issue.history) + 1,
            issue_id=issue.id,
            actor_id=actor_id,
            changes=dict(changes),
        )
    )


def _groups(act: Act, last: IssueHistory) -> bool:
    return act.at - last.updated_at <= act.world.behaviour.history_window


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the first `from` and the last `to`; what came back to where it was vanishes."""
    merged = dict(old)
    for name, value in new.items():
        if name.startswith("from") and name in old:
            continue
        merged[name] = value
    for name in [n for n in merged if n.startswith("from")]:
        to = f"to{name.removeprefix('from')}"
        if merged[name] == merged[to]:
            del merged[name], merged[to]
    return _labels_merged(old, new, merged)


def _labels_merged(
    old: Mapping[str, Any], new: Mapping[str, Any], merged: dict[str, Any]
) -> dict[str, Any]:
    if "addedLabelIds" not in old or "addedLabelIds" not in new:
        return merged
    added = [*old["addedLabelIds"], *new["addedLabelIds"]]
    removed = [*old["removedLabelIds"], *new["removedLabelIds"]]
    merged["addedLabelIds"] = [one for one in added if one not in removed]
    merged["removedLabelIds"] = [one for one in removed if one not in added]
    if not merged["addedLabelIds"] and not merged["removedLabelIds"]:
        del merged["addedLabelIds"], merged["removedLabelIds"]
    return merged
