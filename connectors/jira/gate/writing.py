"""Sending changed workflows to Jira: checked first, at most 20 at once, under the version lock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from connectors.http import Declined, segment
from connectors.jira.gate import words
from connectors.jira.gate.drawing import statuses_of
from connectors.jira.gate.survey import in_parts
from service.ports import Health, NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.jira.client import JiraClient
    from connectors.jira.gate.drawing import Drawing
    from connectors.jira.gate.survey import Survey

    Raw = dict[str, Any]

MOST_WORKFLOWS = 20
BUSY_FOR = timedelta(minutes=2)
_CONFLICT = 409


def write(client: JiraClient, drawings: Sequence[Drawing], survey: Survey) -> list[Health]:
    """Change the workflows and say of each what was done; one that Jira objects to stays as it is.

    Raises Unavailable where somebody else is changing workflows: what was written stands, and the
    next attempt does the rest.
    """
    found = []
    good = []
    for one in drawings:
        if errors := _objections(client, one, survey):
            found.append(_refused(one, errors))
        else:
            good.append(one)
    for some in in_parts(good, MOST_WORKFLOWS):
        task = _update(client, some, survey)
        found += [_done(client, one, task) for one in some]
    return found


def _objections(client: JiraClient, drawing: Drawing, survey: Survey) -> list[str]:
    """Return what Jira's own check has against a changed workflow; warnings do not count."""
    body = {
        "payload": _body([drawing], survey),
        "validationOptions": {"levels": ["ERROR"]},
    }
    answer = client.http.post(f"{client.api}/workflows/update/validation", json=body).object
    return [_said(one, drawing) for one in answer.get("errors") or () if _is_error(one)]


def _is_error(one: Raw) -> bool:
    return str(one.get("level", "ERROR")) == "ERROR"


def _said(error: Raw, drawing: Drawing) -> str:
    told = str(error.get("message") or error.get("code") or "no reason given")
    where = (error.get("elementReference") or {}).get("transitionId")
    names = [
        str(one.get("name"))
        for one in (drawing.changed or {}).get("transitions", ())
        if where is not None and one.get("id") == where
    ]
    return f"transition “{names[0]}”: {told}" if names else told


def _update(client: JiraClient, drawings: Sequence[Drawing], survey: Survey) -> str | None:
    """Change some workflows at once; returns the id of the task that Jira does it in, if any."""
    try:
        answer = client.http.post(f"{client.api}/workflows/update", json=_body(drawings, survey))
    except Declined as refusal:
        if refusal.status != _CONFLICT:
            raise
        names = words.listed(str(one.flow) for one in drawings)
        raise Unavailable(
            f"Jira is changing workflows at this moment, or {names} changed since we read it: "
            f"nothing was changed there ({'; '.join(refusal.told) or 'no reason given'}); "
            "try again in a few minutes",
            BUSY_FOR,
        ) from None
    task = answer.object.get("taskId")
    return str(task) if task else None


def _body(drawings: Sequence[Drawing], survey: Survey) -> Raw:
    return {
        "statuses": statuses_of(drawings, survey),
        "workflows": [one.changed for one in drawings],
    }


def _done(client: JiraClient, drawing: Drawing, task: str | None) -> Health:
    name = words.flow(drawing.flow)
    what = "; ".join(_short(drawing))
    if task is None:
        return Health(name, good=True, finding=what)
    status, told = _task(client, task)
    if status == "COMPLETE":
        return Health(name, good=True, finding=what)
    if status in {"FAILED", "CANCELLED", "DEAD"}:
        finding = f"Jira did not finish it (task {task}: {told})"
        return Health(name, good=False, finding=finding, mend="do it again")
    finding = f"Jira is still at it (task {task}: {told}): {what}"
    mend = "look again in a few minutes with `closeout doctor`"
    return Health(name, good=None, finding=finding, mend=mend)


def _short(drawing: Drawing) -> Iterator[str]:
    """Yield the steps without the name of the workflow, which stands before them."""
    for step in drawing.steps:
        yield step.partition(", ")[2] or step


def _task(client: JiraClient, task: str) -> tuple[str, str]:
    try:
        found = client.http.get(f"{client.api}/task/{segment(task)}").object
    except NotFound:
        return "UNKNOWN", "Jira does not show it to us"
    status = str(found.get("status"))
    return status, str(found.get("message") or f"{status.lower()}, {found.get('progress')} %")


def _refused(drawing: Drawing, errors: Sequence[str]) -> Health:
    finding = f"left as it is, because Jira objects: {'; '.join(errors)}"
    mend = "mend this in Jira's workflow editor, then do it again"
    return Health(words.flow(drawing.flow), good=False, finding=finding, mend=mend)
