"""Installing our rule and taking it away: first what would change, then the same done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.jira.gate import drawing, field, preparing, role, survey, words, writing
from connectors.jira.gate.drawing import Draft, Tool
from connectors.jira.gate.survey import Flow, Survey
from service.ports import GatePlan, Health, NotAllowed, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.jira.client import JiraClient

    Raw = dict[str, Any]


def found_tool(client: JiraClient) -> Tool:
    """Find what the gate is made with, as far as it is there."""
    if client.settings.gate == "approval":
        return Tool("approval", field=field.find(client))
    return Tool("role", role_id=role.find(client), account_id=client.my_id)


def installing(client: JiraClient, sentence: str, tool: Tool) -> Draft:
    """Draw every workflow that a closing issue type follows, with our rule."""
    seen = survey.look(client)
    places = {place.id for place in seen.places}
    unseen = {
        flow.id: tuple(p for p in survey.users_of(client, flow.id) if p not in places)
        for flow in seen.flows
        if not flow.team_managed
    }
    drawings = []
    for flow in seen.flows:
        shared = bool(flow.others or unseen.get(flow.id))
        rule = tool.rule(sentence, shared=shared, team_managed=flow.team_managed)
        offered = _capabilities(client, flow) if flow.editable else {}
        drawings.append(drawing.installation(flow, seen, rule, offered, shared=shared))
    joining = tuple(preparing.places_to_join(client, tool, drawings))
    return Draft(seen, tool, tuple(drawings), unseen, joining)


def removing(client: JiraClient, tool: Tool) -> Draft:
    """Draw every workflow of the site that holds our rule without it, whoever follows it."""
    workflows, statuses = _all_workflows(client)
    seen = Survey((), (), statuses)
    drawings = []
    for raw in workflows:
        flow = Flow(raw, ())
        owned = (raw.get("scope") or {}).get("type") == "PROJECT"
        rule = tool.rule("", shared=False, team_managed=owned)
        drawn = drawing.removal(flow, seen, rule)
        if drawn.changed or drawn.obstacles:
            drawings.append(drawn)
    return Draft(seen, tool, tuple(drawings), {})


def planned(draft: Draft, client: JiraClient, *, remove: bool) -> GatePlan:
    """Say what would change."""
    steps = [] if remove else list(preparing.steps(draft, client))
    steps += [step for one in draft.drawings for step in one.steps]
    obstacles = [obstacle for one in draft.drawings for obstacle in one.obstacles]
    if not remove:
        obstacles += _unreachable(draft, client)
    shared = () if remove else tuple(_shared(draft, client))
    return GatePlan(tuple(steps), shared, tuple(obstacles))


def installed(client: JiraClient, sentence: str) -> list[Health]:
    """Make what is missing, put the rule where it is missing, and say what was done."""
    tool = found_tool(client)
    draft = installing(client, sentence, tool)
    prepared, done = preparing.prepared(client, draft)
    if prepared is None:
        return done
    if prepared != tool:
        draft = installing(client, sentence, prepared)
    changing = [one for one in draft.drawings if one.changed]
    try:
        done += preparing.confined(client, draft)
    except (Rejected, NotAllowed) as refusal:
        # Without it other issue types would be refused too, and nobody would approve them.
        done.append(preparing.unconfined(draft, refusal))
        changing = [one for one in changing if not one.confines]
    done += writing.write(client, changing, draft.survey)
    done += [
        Health("workflow rule", good=False, finding=obstacle)
        for obstacle in planned(draft, client, remove=False).obstacles
    ]
    return done or [Health("workflow rule", good=True, finding="everything was as it should be")]


def taken_away(client: JiraClient) -> list[Health]:
    """Take the rule out of every workflow and say what was done; the field or role stays."""
    tool = found_tool(client)
    draft = removing(client, tool)
    changing = [one for one in draft.drawings if one.changed]
    done = writing.write(client, changing, draft.survey)
    done += [
        Health("workflow rule", good=False, finding=obstacle)
        for one in draft.drawings
        for obstacle in one.obstacles
    ]
    return done or [Health("workflow rule", good=True, finding="no workflow holds the rule")]


def _shared(draft: Draft, client: JiraClient) -> Iterator[str]:
    """Name what follows a workflow that is to change, beside one project's closing types."""
    for one in draft.drawings:
        if one.changed is None:
            continue
        unseen = [f"project {p} (not shown to us)" for p in draft.unseen.get(one.flow.id, ())]
        users = [*map(str, one.flow.places), *unseen]
        if len(users) > 1:
            yield f"{one.flow} is followed by {words.listed(users)}"
        if unseen:
            types = words.configured(client.settings)
            yield f"{words.listed(unseen)}: nobody could approve {types} there"
        if one.flow.others:
            yield f"{one.flow} is followed by {words.scopes(one.flow.others)} too, which pass"


def _unreachable(draft: Draft, client: JiraClient) -> Iterator[str]:
    wanted = client.settings.issue_types
    if not wanted:
        yield (
            "no issue types are configured in `closes`, and Jira has no rule that could refuse "
            "the release of a version or the archiving of a project"
        )
    elif not draft.survey.flows and not draft.survey.lost:
        yield f"no project shown to our account has the issue type {words.configured(client.settings)}"
    for scope in draft.survey.lost:
        yield f"{scope}: Jira does not say which workflow it follows"


def _capabilities(client: JiraClient, flow: Flow) -> dict[str, Raw]:
    """Return the rules that Jira offers for a workflow, by their keys."""
    params = {"workflowId": flow.id}
    answer = client.http.get(f"{client.api}/workflows/capabilities", params=params).object
    return {str(one["ruleKey"]): one for one in answer.get("systemRules") or ()}


def _all_workflows(client: JiraClient) -> tuple[list[Raw], dict[str, Raw]]:
    """Read every workflow of the site; the rule may stand where no closing type is any more."""
    found: list[Raw] = []
    statuses: dict[str, Raw] = {}
    while True:
        params = {"startAt": len(found), "maxResults": 50, "expand": "values.transitions"}
        page = client.http.get(f"{client.api}/workflows/search", params=params).object
        values = page.get("values") or []
        found += values
        statuses |= {str(one["statusReference"]): one for one in page.get("statuses") or ()}
        if page.get("isLast") or not values:
            return found, statuses
