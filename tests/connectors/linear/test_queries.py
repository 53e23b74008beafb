"""Every document, and the variables it is really sent with, against both published schemas."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    parse,
    validate,
    visit,
)
from graphql.execution.values import get_variable_values

from connectors.linear import queries
from connectors.linear.pages import LinearPages
from connectors.linear.settings import LARGEST_PAGE
from connectors.linear.tracker import LinearTracker, issues, tickets
from service.domain.document import Document, Paragraph, Picture, text
from service.domain.tracking import Status, StatusCategory
from service.ports import TicketDraft
from tests.connectors.linear.answers import (
    MARKER,
    PROJECT,
    ScriptedLinear,
    a_document,
    a_project,
    a_project_alone,
    a_refusal,
    a_relation,
    a_status,
    a_team,
    a_user,
    an_entry,
    an_issue,
    nodes,
    not_found,
    settings,
)

DOCUMENTS = {
    name: text
    for name, text in vars(queries).items()
    if name.isupper() and not name.startswith("_") and isinstance(text, str)
}
MOST_POINTS = 8_000
# The largest values the connector sends in these variables.
SIZES = {"first": 250, "hist": issues.HISTORY_WITH_ISSUE}
SIZES_OF = {
    "PROJECT_ISSUES": {"first": LARGEST_PAGE, "hist": issues.HISTORY_WITH_ISSUE},
    "ISSUES_BY_ID": {"first": LARGEST_PAGE, "hist": issues.HISTORY_WITH_ISSUE},
    "TEAM_ISSUE_MOVES": {"first": issues.LEAVERS_PAGE, "hist": issues.LEAVERS_HISTORY},
    "TICKETS": {"first": tickets.TICKETS},
    "TICKET_HISTORY": {"first": tickets.HISTORY},
}
FETCH_PLAN = """
query ProjectIssues($id:String!,$first:Int!,$after:String,$hist:Int!,$spans:Int!){
 project(id:$id){ id issues(first:$first,after:$after,includeArchived:true,orderBy:createdAt){
  nodes{ id identifier number title url estimate priority createdAt updatedAt startedAt completedAt
   canceledAt addedToProjectAt archivedAt autoArchivedAt autoClosedAt trashed dueDate labelIds
   state{id name type} team{id key} assignee{id name} creator{id} parent{id}
   projectMilestone{id} cycle{id}
   stateHistory(first:$spans){nodes{stateId startedAt endedAt} pageInfo{hasNextPage endCursor}}
   history(first:$hist){ nodes{ id createdAt updatedAt actorId fromStateId toStateId fromEstimate
     toEstimate fromProjectId toProjectId fromCycleId toCycleId fromAssigneeId toAssigneeId
     fromDueDate toDueDate fromTeamId toTeamId fromPriority toPriority addedLabelIds
     removedLabelIds archived trashed autoClosed autoArchived}
    pageInfo{hasNextPage endCursor} } }
  pageInfo{hasNextPage endCursor} } } }
"""


def points(document: str, sizes: dict[str, int]) -> int:
    """Return the complexity by the published formula.

    A property is 0.1, an object 1, and a connection multiplies its nodes by `first`.
    """
    operation = parse(document).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return math.ceil(_cost(operation.selection_set, sizes))


def _cost(selected: SelectionSetNode, sizes: dict[str, int]) -> float:
    return sum(_field(node, sizes) for node in selected.selections if isinstance(node, FieldNode))


def _field(node: FieldNode, sizes: dict[str, int]) -> float:
    if node.selection_set is None:
        return 0.1
    inner = [part for part in node.selection_set.selections if isinstance(part, FieldNode)]
    if "nodes" not in {part.name.value for part in inner}:
        return 1 + _cost(node.selection_set, sizes)
    first = next(
        argument.value for argument in node.arguments or () if argument.name.value == "first"
    )
    if isinstance(first, VariableNode):
        size = sizes[first.name.value]
    else:
        assert isinstance(first, IntValueNode)
        size = int(first.value)
    return sum(_field(part, sizes) * (size if part.name.value == "nodes" else 1) for part in inner)


@pytest.mark.parametrize(
    ("first", "hist", "spans", "published"),
    [(25, 50, 20, 5_488), (50, 30, 15, 7_048), (100, 15, 10, 8_043), (50, 50, 20, 10_973)],
)
def test_the_formula_gives_the_known_figures(
    first: int, hist: int, spans: int, published: int
) -> None:
    assert published == points(FETCH_PLAN, {"first": first, "hist": hist, "spans": spans})


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_costs_too_much(name: str) -> None:
    # `points` also fails on a connection that does not say how many.
    assert points(DOCUMENTS[name], SIZES_OF.get(name, SIZES)) <= MOST_POINTS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_is_valid_in_both_schemas(
    name: str, schemas: dict[str, GraphQLSchema]
) -> None:
    document = parse(DOCUMENTS[name])

    found = {version: validate(schema, document) for version, schema in schemas.items()}

    assert {version: [] for version in schemas} == found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_uses_what_is_deprecated_or_internal(
    name: str, schemas: dict[str, GraphQLSchema]
) -> None:
    for schema in schemas.values():
        info = TypeInfo(schema)
        seen: list[str] = []

        class Fields(Visitor):
            def enter_field(self, node: FieldNode, *_rest: object) -> None:
                field = info.get_field_def()  # noqa: B023  (used within the turn)
                assert field is not None
                told = field.description or ""
                if field.deprecation_reason or re.search(
                    r"\[(internal|alpha|dep)", told, re.IGNORECASE
                ):
                    seen.append(node.name.value)  # noqa: B023

        visit(parse(DOCUMENTS[name]), TypeInfoVisitor(info, Fields()))

        assert seen == []


def test_what_is_really_sent_fits_both_schemas(
    linear: ScriptedLinear,
    tracker: LinearTracker,
    pages: LinearPages,
    schemas: dict[str, GraphQLSchema],
) -> None:
    _script_everything(linear)

    _call_everything(tracker, pages)
    _call_where_parts_are_refused(LinearTracker(settings()))

    assert set() == {_operation(text) for text in DOCUMENTS.values()} - set(linear.operations)
    for call in linear.calls:
        operation = parse(call.query).definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        for schema in schemas.values():
            assert validate(schema, parse(call.query)) == []
            values = get_variable_values(
                schema, operation.variable_definitions or (), call.variables
            )
            assert not isinstance(values, list), (call.operation, values)
            declared = {one.variable.name.value for one in operation.variable_definitions or ()}
            assert set(call.variables) <= declared


def _operation(document: str) -> str:
    found = re.search(r"(?:query|mutation) (\w+)", document)
    assert found is not None
    return found[1]


def _script_everything(linear: ScriptedLinear) -> None:
    """Lay down answers under which every document is needed once."""
    _script_projects(linear)
    _script_issues(linear)
    _script_what_hangs_on_them(linear)
    _script_the_workspace(linear)


def _script_projects(linear: ScriptedLinear) -> None:
    more, project = {"cursor": "more"}, {"id": PROJECT}
    linear.on("ProjectId", {"project": project})
    linear.on("Project", a_refusal("no history here"))
    linear.on(
        "ProjectWithoutPlan",
        {
            "project": a_project(
                members=nodes(a_user(), **more),
                teams=nodes(a_team(), a_team("OPS"), **more),
                projectMilestones=nodes(**more),
                externalLinks=nodes(**more),
                history=nodes(**more),
                projectUpdates=nodes(**more),
            )
        },
        a_refusal("no milestones either"),
    )
    linear.on("ProjectAlone", {"project": a_project_alone()})
    linear.on("ProjectLead", {"project": {**project, "lead": a_user()}})
    linear.on("ProjectMembers", {"project": {"members": nodes()}})
    linear.on("ProjectTeams", {"project": {"teams": nodes()}})
    linear.on("ProjectMilestones", {"project": {"projectMilestones": nodes()}})
    linear.on("ProjectLinks", {"project": {"externalLinks": nodes()}})
    linear.on("ProjectHistory", {"project": {"history": nodes()}})
    linear.on("ProjectUpdates", {"project": {"projectUpdates": nodes()}})
    linear.on("ProjectIssueTeams", {"project": {"issues": nodes({"team": a_team()})}})
    closed = {**project, "completedAt": "2026-04-02T10:00:00Z", "status": a_status("completed")}
    linear.on("ProjectState", {"project": closed})
    linear.on(
        "ProjectStatuses",
        {"projectStatuses": nodes(a_status("started", position=1))},
        a_refusal("no statuses here"),
    )
    linear.on("ProjectStatus", {"projectStatus": a_status("started")})
    linear.on("StatusesInUse", {"projects": nodes({**project, "status": a_status("started")})})
    still = {**project, "completedAt": "2026-04-02T10:00:00Z", "status": a_status("started")}
    linear.on("ProjectUpdate", {"projectUpdate": {"success": True, "project": still}})
    linear.on("ProjectIssueCounts", {"project": {**project, "issueCountHistory": [3, 2]}})
    linear.on("ClosedProjects", {"projects": nodes({**closed, "name": "Apollo"})})


def _script_issues(linear: ScriptedLinear) -> None:
    more = {"cursor": "more"}
    overflowing = an_issue(
        1,
        labels=nodes({"id": "l1", "name": "bug"}, **more),
        inverseRelations=nodes(a_relation(), **more),
        history=nodes(an_entry(1, fromStateId="hidden", toStateId="status-completed"), **more),
    )
    linear.on("ProjectIssues", {"project": {"issues": nodes(overflowing)}})
    linear.on("IssueHistory", {"issue": {"history": nodes()}})
    linear.on("IssueLabels", {"issue": {"labels": nodes()}})
    linear.on("IssueRelations", {"issue": {"inverseRelations": nodes()}})
    moved = {"id": "issue-2", "history": nodes({"id": "e", "fromProjectId": None}, **more)}
    linear.on("TeamIssueMoves", {"issues": nodes(moved)})
    linear.on("IssueMoves", {"issue": {"history": nodes({"id": "f", "fromProjectId": PROJECT})}})
    linear.on("IssuesById", {"issues": nodes(an_issue(2, project=None))})
    linear.on("WorkflowStates", {"workflowStates": nodes(a_status("backlog", id="hidden"))})
    linear.on("Ticket", not_found("Issue"), {"issue": an_issue(1, history=nodes(**more))})
    linear.on("Tickets", {"issues": nodes(an_issue(1))})
    linear.on("TicketHistory", {"issue": {"history": nodes()}})
    linear.on("TicketAttachments", {"issue": {"attachments": nodes()}})
    linear.on("IssueCreate", {"issueCreate": {"success": True, "issue": an_issue(9)}})
    linear.on("AttachmentCreate", {"attachmentCreate": {"success": True}})


def _script_what_hangs_on_them(linear: ScriptedLinear) -> None:
    linear.on("Relation", not_found("IssueRelation"))
    linear.on("RelationCreate", {"issueRelationCreate": {"success": True}})
    linear.on("Comment", not_found("Comment"))
    linear.on("CommentCreate", {"commentCreate": {"success": True}})
    linear.on("LinkCreate", {"entityExternalLinkCreate": {"success": True}})
    linear.on("Document", not_found("Document"), {"document": a_document()})
    linear.on("DocumentCreate", {"documentCreate": {"success": True, "document": a_document()}})
    linear.on("FileUpload", a_refusal("no files here"))
    linear.on("DocumentStamps", {"documents": nodes(a_document())})


def _script_the_workspace(linear: ScriptedLinear) -> None:
    linear.on("Viewer", {"viewer": a_user()})
    linear.on("People", {"users": nodes(a_user())})
    linear.on("Teams", {"teams": nodes(a_team())})
    linear.on("LabelsNamed", {"issueLabels": nodes()})
    linear.on("LabelCreate", {"issueLabelCreate": {"success": True}})
    disabled = {"id": "w", "url": "https://closeout.example/hook", "enabled": False}
    linear.on("Webhooks", {"webhooks": nodes()}, {"webhooks": nodes(disabled)})
    linear.on("WebhookCreate", {"webhookCreate": {"success": True}})
    linear.on("WebhookUpdate", {"webhookUpdate": {"success": True}})


def _call_everything(tracker: LinearTracker, pages: LinearPages) -> None:
    body = Document((Paragraph(text("Hello")),))
    tracker.canonical_key("apollo-0123456789ab")
    project = tracker.project(PROJECT)
    tracker.issues(project)
    tracker.closed_since(datetime(2026, 4, 1, tzinfo=UTC))
    list(tracker.statuses())
    tracker.people()
    tracker.teams()
    tracker.me()
    tracker.ensure_open(PROJECT, Status("gone", "Gone", StatusCategory.IN_PROGRESS))
    tracker.ensure_closed(PROJECT, Status("c", "Completed", StatusCategory.DONE))
    tracker.ensure_comment(PROJECT, MARKER, body)
    tracker.ensure_link(PROJECT, MARKER, "https://closeout.example/p", "Post-mortem")
    draft = TicketDraft(
        title="Check the tanks",
        body=body,
        assignee_id="ada",
        due_on=date(2026, 5, 1),
        page_url="https://closeout.example/page",
        project_url=project.url,
    )
    tracker.ensure_ticket(project, MARKER, draft)
    tracker.ensure_ticket(project, MARKER, draft)
    tracker.ensure_relation(MARKER, "issue-1", "issue-2")
    tracker.tickets(["issue-1", "issue-2"])
    tracker.connect("https://closeout.example/hook", "another secret")
    tracker.connect("https://closeout.example/hook", "another secret")
    tracker.check_up("https://closeout.example/hook")
    picture = Picture("burn-up", "Scope 12", b"PNG")
    illustrated = Document((*body.blocks, picture))
    pages.ensure_page(project, MARKER, "Apollo: post-mortem", illustrated)
    pages.page(MARKER)
    pages.stamps([MARKER])


def _call_where_parts_are_refused(tracker: LinearTracker) -> None:
    tracker.project(PROJECT)
    tracker.statuses().get("status-started")
    tracker.ensure_open(PROJECT, None)
