"""Which workflow each closing issue type follows in each project, and who else follows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from connectors.http import segment
from service.ports import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from connectors.jira.client import JiraClient

    Raw = dict[str, Any]

Value = TypeVar("Value")

MOST_AT_ONCE = 50  # pairs or projects in one question; Jira documents no limit


@dataclass(frozen=True, slots=True)
class Place:
    """A Jira project as people know it."""

    id: str
    key: str
    name: str
    team_managed: bool = False
    types: tuple[tuple[str, str], ...] = ()  # id and name of each issue type

    def __str__(self) -> str:
        return f"{self.name} ({self.key})"


@dataclass(frozen=True, slots=True)
class Scope:
    """An issue type in a project: what follows one workflow."""

    place: Place
    type_id: str
    type_name: str

    @property
    def id(self) -> str:
        """What `Project.gate_scope` says of an issue of it."""
        return f"{self.place.id}:{self.type_id}"

    def __str__(self) -> str:
        return f"{self.type_name} in {self.place}"


@dataclass(frozen=True, slots=True)
class Flow:
    """A workflow and what follows it.

    - `raw` is what Jira answered; `scopes` are the closing issue types in it, at least one.
    - `others` are further issue types in projects we see that follow it as well.
    """

    raw: Raw
    scopes: tuple[Scope, ...]
    others: tuple[Scope, ...] = ()

    @property
    def id(self) -> str:
        """Jira's id of it."""
        return str(self.raw.get("id"))

    @property
    def name(self) -> str:
        """What Jira calls it."""
        return str(self.raw.get("name"))

    @property
    def editable(self) -> bool:
        """Whether Jira lets it be changed at all: its own default one it does not."""
        return self.raw.get("isEditable") is not False

    @property
    def team_managed(self) -> bool:
        """Whether it belongs to one team-managed project."""
        return self.scopes[0].place.team_managed

    @property
    def places(self) -> tuple[Place, ...]:
        """The projects we see that follow it."""
        return tuple(dict.fromkeys(scope.place for scope in (*self.scopes, *self.others)))

    def __str__(self) -> str:
        return f"workflow “{self.name}”"


@dataclass(frozen=True, slots=True)
class Survey:
    """What a look at all projects found.

    - `categories` maps a statusReference to TODO, IN_PROGRESS or DONE; `statuses` are as answered.
    - `lost` are scopes of which Jira did not say which workflow they follow.
    """

    flows: tuple[Flow, ...]
    places: tuple[Place, ...]
    statuses: Mapping[str, Raw] = field(default_factory=dict)
    lost: tuple[Scope, ...] = ()

    @property
    def categories(self) -> dict[str, str]:
        """The category of each status by its reference."""
        return {ref: str(raw.get("statusCategory")) for ref, raw in self.statuses.items()}

    def status_name(self, reference: object) -> str:
        """Return what people call a status."""
        return str(self.statuses.get(str(reference), {}).get("name") or reference)


def look(client: JiraClient) -> Survey:
    """Read every project we see, and the workflows that its closing issue types follow.

    A few requests for any number of company-managed projects, one more for each workflow of a
    team-managed one.
    """
    places = _places(client)
    wanted = client.settings.issue_types
    scopes = [
        Scope(place, type_id, name)
        for place in places
        for type_id, name in place.types
        if type_id in wanted or name.casefold() in wanted
    ]
    workflows, statuses = _workflows(client, scopes)
    followed = {
        **_by_scheme(client, [p for p in places if not p.team_managed], workflows),
        **_by_usage(client, {s.place for s in scopes if s.place.team_managed}, workflows),
    }
    flows = []
    for raw in workflows:
        closing = tuple(s for s in scopes if followed.get(s.id) == raw["id"])
        if closing:
            flows.append(Flow(raw, closing, _others(places, raw["id"], followed, closing)))
    lost = tuple(scope for scope in scopes if scope.id not in followed)
    return Survey(tuple(flows), tuple(places), statuses, lost)


def users_of(client: JiraClient, workflow_id: str) -> list[str]:
    """Return the ids of all projects that follow a workflow, those not shown to us too."""
    path = f"{client.api}/workflow/{segment(workflow_id)}/projectUsages"
    return [str(one.get("id")) for one in _tokened(client, path, "projects")]


def in_parts(many: Iterable[Value], most: int) -> Iterator[list[Value]]:
    """Yield what there is in lists of at most so many."""
    rest = iter(many)
    while part := list(islice(rest, most)):
        yield part


def _places(client: JiraClient) -> list[Place]:
    found = client.pages(f"{client.api}/project/search", {"expand": "issueTypes"})
    return [
        Place(
            id=str(raw["id"]),
            key=str(raw["key"]),
            name=str(raw["name"]),
            team_managed=raw.get("style") == "next-gen" or raw.get("simplified") is True,
            types=tuple((str(t["id"]), str(t["name"])) for t in raw.get("issueTypes") or ()),
        )
        for raw in found
    ]


def _workflows(client: JiraClient, scopes: Sequence[Scope]) -> tuple[list[Raw], dict[str, Raw]]:
    """Read the workflows of the scopes, each once, and their statuses."""
    found: dict[str, Raw] = {}
    statuses: dict[str, Raw] = {}
    for some in in_parts(scopes, MOST_AT_ONCE):
        pairs = [{"projectId": s.place.id, "issueTypeId": s.type_id} for s in some]
        answer = client.http.post(
            f"{client.api}/workflows", json={"projectAndIssueTypes": pairs}
        ).object
        if not isinstance(answer.get("workflows"), list):
            raise Unavailable("Jira answered no workflows where it was asked for some")
        found |= {str(raw["id"]): raw for raw in answer["workflows"]}
        statuses |= {str(raw["statusReference"]): raw for raw in answer.get("statuses") or ()}
    return list(found.values()), statuses


def _by_scheme(
    client: JiraClient, places: Sequence[Place], workflows: Sequence[Raw]
) -> dict[str, str]:
    """Map each scope of company-managed projects to the id of the workflow it follows.

    Schemes name workflows, and names of global ones are unique.
    """
    ids = {
        raw.get("name"): str(raw["id"])
        for raw in workflows
        if (raw.get("scope") or {}).get("type") != "PROJECT"
    }
    if not ids:
        return {}
    found: dict[str, str] = {}
    by_id = {place.id: place for place in places}
    for some in in_parts(by_id, MOST_AT_ONCE):
        answer = client.http.get(
            f"{client.api}/workflowscheme/project", params={"projectId": list(some)}
        ).object
        for one in answer.get("values") or ():
            scheme = one["workflowScheme"]
            special, usual = scheme.get("issueTypeMappings") or {}, scheme.get("defaultWorkflow")
            for place in (by_id[p] for p in map(str, one["projectIds"]) if p in by_id):
                for type_id, _ in place.types:
                    if (followed := ids.get(special.get(type_id, usual))) is not None:
                        found[f"{place.id}:{type_id}"] = followed
    return found


def _by_usage(
    client: JiraClient, places: Iterable[Place], workflows: Sequence[Raw]
) -> dict[str, str]:
    """Map each scope of team-managed projects to the id of the workflow it follows."""
    found: dict[str, str] = {}
    by_id = {place.id: place for place in places}
    for raw in workflows:
        owner = ((raw.get("scope") or {}).get("project") or {}).get("id")
        if str(owner) not in by_id:
            continue
        path = f"{client.api}/workflow/{segment(str(raw['id']))}/project/{owner}/issueTypeUsages"
        for one in _tokened(client, path, "issueTypes"):
            found[f"{owner}:{one.get('id')}"] = str(raw["id"])
    return found


def _others(
    places: Sequence[Place], workflow_id: str, followed: Mapping[str, str], closing: Sequence[Scope]
) -> tuple[Scope, ...]:
    ours = {scope.id for scope in closing}
    return tuple(
        scope
        for place in places
        for scope in (Scope(place, type_id, name) for type_id, name in place.types)
        if followed.get(scope.id) == workflow_id and scope.id not in ours
    )


def _tokened(client: JiraClient, path: str, name: str) -> Iterator[Raw]:
    """Yield every element of a list that is paged by token, below `name`."""
    params: dict[str, Any] = {"maxResults": 100}
    while True:
        page = client.http.get(path, params=params).object.get(name)
        if not isinstance(page, dict):
            raise Unavailable(f"Jira's list {path} has no {name}")
        yield from page.get("values") or ()
        token = page.get("nextPageToken")
        if not token:
            return
        params["nextPageToken"] = token
