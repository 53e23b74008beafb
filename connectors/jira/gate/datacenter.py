"""The gate on Data Center: done by an admin's hand, and looked at from outside.

Data Center has no REST interface for the rules of a workflow, only for workflow schemes. What
stands is seen by its effect: whether Jira offers us a way into Done for an issue that nothing
has approved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.http import segment
from connectors.jira.gate import rules, words
from connectors.jira.gate.survey import Place, Scope
from service.ports import GateAudit, GatePlan, Health

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from connectors.jira.client import JiraClient
    from connectors.jira.settings import JiraSettings

    Raw = dict[str, Any]

MOST_ISSUES = 200  # looked through for one in each open status


def plan(settings: JiraSettings, sentence: str, *, remove: bool) -> GatePlan:
    """Say what a Jira admin must do by hand; no program can."""
    steps = _removal(settings) if remove else _installation(settings, sentence)
    why = "Jira Data Center lets no program change the rules of a workflow; as a Jira admin:"
    return GatePlan((), (), (why, *(f"{n}. {step}" for n, step in enumerate(steps, 1))))


def applied(settings: JiraSettings, sentence: str, *, remove: bool) -> list[Health]:
    """Say that nothing was done, and what a Jira admin must do."""
    why, *steps = plan(settings, sentence, remove=remove).obstacles
    return [Health("workflow rule", good=False, finding=why, mend=" ".join(steps))]


def audit(client: JiraClient) -> GateAudit:
    """Look, by an open and unapproved issue in every open status, whether Done is offered to us.

    A scope is covered only where every open status of it could be looked at and none offers Done.
    With the role nothing can be seen: the last step is offered to us, whoever else it is offered to.
    """
    covered, findings = set(), []
    for scope, open_statuses in _scopes(client):
        name = f"gate {scope.place.key} {scope.type_name}"
        if client.settings.gate == "role":
            told = "whether only Closeout may do the last step cannot be seen from our account"
            mend = "press Done with another account: Jira must not offer it"
            findings.append(Health(name, good=None, finding=told, mend=mend))
            continue
        found = _looked_at(client, scope, open_statuses, name)
        if found.good:
            covered.add(scope.id)
        findings.append(found)
    return GateAudit(frozenset(covered), tuple(findings))


def _installation(settings: JiraSettings, sentence: str) -> Iterator[str]:
    types = words.configured(settings) or "the closing issue types"
    yield (
        "Administration > Issues > Workflows: edit the workflow that "
        f"{types} follow; where other issue types follow it too, copy it first and assign the "
        f"copy to {types} in the workflow scheme"
    )
    if settings.gate == "role":
        yield (
            f"Administration > System > Project roles: add the role “{settings.gate_role}”, and "
            "our account to it in each project"
        )
        yield (
            "on each transition into a status of category Done, also those from any status: "
            "Conditions > Add > User Is In Project Role > "
            f"“{settings.gate_role}”; with other conditions there, all of them must be met"
        )
    else:
        yield (
            f"Administration > Issues > Custom fields: add a single-line text field "
            f"“{settings.approval_field}”, and put it on the edit screen of {types}, because "
            "Data Center lets no program write a field that is on no screen"
        )
        yield (
            "on each transition into a status of category Done, also those from any status: "
            f"Conditions > Add > Value Field > “{settings.approval_field}” is not empty; with "
            "other conditions there, all of them must be met"
        )
        short = rules.shortened(sentence)
        yield f"in the description of these transitions say: “{short}”; Jira shows no reason itself"
    yield "publish the workflow, then look with `closeout doctor`"


def _removal(settings: JiraSettings) -> Iterator[str]:
    rule = (
        f"“User Is In Project Role {settings.gate_role}”"
        if settings.gate == "role"
        else f"“Value Field {settings.approval_field}”"
    )
    yield (
        "Administration > Issues > Workflows: on each transition into a status of category Done "
        f"delete the condition {rule}"
    )
    yield "publish the workflow"


def _scopes(client: JiraClient) -> Iterator[tuple[Scope, Mapping[str, str]]]:
    """Yield each closing issue type of each project with its open statuses (id to name)."""
    wanted = client.settings.issue_types
    for raw in client.http.get(f"{client.api}/project").list:
        place = Place(str(raw["id"]), str(raw["key"]), str(raw["name"]))
        for kind in client.http.get(f"{client.api}/project/{segment(place.id)}/statuses").list:
            type_id, name = str(kind["id"]), str(kind["name"])
            if type_id in wanted or name.casefold() in wanted:
                statuses = {
                    str(one["id"]): str(one["name"])
                    for one in kind.get("statuses") or ()
                    if not _is_done(one)
                }
                yield Scope(place, type_id, name), statuses


def _looked_at(
    client: JiraClient, scope: Scope, open_statuses: Mapping[str, str], name: str
) -> Health:
    unseen = dict(open_statuses)
    for issue in _open_issues(client, scope):
        fields = issue.get("fields") or {}
        if unseen.pop(str((fields.get("status") or {}).get("id")), None) is None:
            continue
        if offered := _ways_into_done(client, str(issue["id"])):
            told = (
                f"Jira offers {words.listed(offered)} for {issue['key']}, which nothing has "
                "approved: the workflow has no rule there"
            )
            mend = "see `closeout connect --install-gate --dry-run` for what an admin must do"
            return Health(name, good=False, finding=told, mend=mend)
    if unseen:
        told = f"no open issue stands in {words.listed(unseen.values())} to look at the rule by"
        return Health(name, good=None, finding=f"it cannot be known: {told}")
    told = "Jira offers no way into Done for an issue that nothing has approved, in any open status"
    return Health(name, good=True, finding=told)


def _open_issues(client: JiraClient, scope: Scope) -> Sequence[Raw]:
    """Return open issues of a scope without approval, the newest first."""
    field_id = client.fields.id_of(client.settings.approval_field)
    asked = {
        "jql": f"project = {scope.place.id} AND issuetype = {scope.type_id} "
        "AND statusCategory != Done ORDER BY id DESC",
        "fields": ",".join(["status", *([field_id] if field_id else [])]),
        "maxResults": MOST_ISSUES,
    }
    found = client.http.get(f"{client.api}/search", params=asked).object.get("issues") or []
    return [one for one in found if not (one.get("fields") or {}).get(field_id or "")]


def _ways_into_done(client: JiraClient, issue_id: str) -> list[str]:
    path = f"{client.api}/issue/{segment(issue_id)}/transitions"
    found = client.http.get(path).object.get("transitions") or ()
    return [f"“{one.get('name')}”" for one in found if _is_done(one.get("to") or {})]


def _is_done(status: Raw) -> bool:
    return (status.get("statusCategory") or {}).get("key") == "done"
