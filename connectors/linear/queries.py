"""Every GraphQL document the connector sends, each under its name.

- Each is valid in both published schemas, uses nothing deprecated or internal, and costs at most
  8,000 points by the published formula (a query above 10,000 is always refused).
- Scalars are declared as variables and filter objects written inline: the names of comparator
  types change between releases of the schema.
- Every connection names its `first`: the default is 50, which makes nested ones expensive.
"""

from __future__ import annotations

_PAGE = "pageInfo { hasNextPage endCursor }"
_PERSON = "id name displayName email active"
_STATUS = "id name type"
_TEAM = "id key name"


def _more(name: str, root: str, connection: str, fields: str) -> str:
    """Return the document that reads a connection of one project or issue by itself."""
    return f"""
query {name}($id: String!, $first: Int!, $after: String) {{
  {root}(id: $id) {{
    id
    {connection}(first: $first, after: $after) {{ nodes {{ {fields} }} {_PAGE} }}
  }}
}}
"""


# --- Projects ---------------------------------------------------------------------------------

_MILESTONE = "id name targetDate status"
_LINK = "id url label"
_RECORD = "id createdAt entries"
_UPDATE = "id createdAt diff"

PROJECT_ID = """
query ProjectId($id: String!) { project(id: $id) { id } }
"""

# What is a project's own: to hold it, no more than this has to be readable.
_OWN = f"""
    id name description url createdAt updatedAt startedAt completedAt canceledAt
    archivedAt trashed startDate targetDate targetDateResolution
    status {{ {_STATUS} }}
"""

_WITHOUT_PLAN = f"""
    {_OWN}
    lead {{ {_PERSON} }}
    members(first: 50) {{ nodes {{ {_PERSON} }} {_PAGE} }}
    teams(first: 50) {{ nodes {{ {_TEAM} }} {_PAGE} }}
    projectMilestones(first: 50) {{ nodes {{ {_MILESTONE} }} {_PAGE} }}
    externalLinks(first: 50) {{ nodes {{ {_LINK} }} {_PAGE} }}
"""

PROJECT = f"""
query Project($id: String!) {{
  project(id: $id) {{
    {_WITHOUT_PLAN}
    history(first: 50) {{ nodes {{ {_RECORD} }} {_PAGE} }}
    projectUpdates(first: 50) {{ nodes {{ {_UPDATE} }} {_PAGE} }}
  }}
}}
"""

PROJECT_WITHOUT_PLAN = f"""
query ProjectWithoutPlan($id: String!) {{ project(id: $id) {{ {_WITHOUT_PLAN} }} }}
"""

PROJECT_ALONE = f"""
query ProjectAlone($id: String!) {{ project(id: $id) {{ {_OWN} }} }}
"""

PROJECT_LEAD = f"""
query ProjectLead($id: String!) {{ project(id: $id) {{ id lead {{ {_PERSON} }} }} }}
"""

PROJECT_MEMBERS = _more("ProjectMembers", "project", "members", _PERSON)
PROJECT_TEAMS = _more("ProjectTeams", "project", "teams", _TEAM)
PROJECT_MILESTONES = _more("ProjectMilestones", "project", "projectMilestones", _MILESTONE)
PROJECT_LINKS = _more("ProjectLinks", "project", "externalLinks", _LINK)
PROJECT_HISTORY = _more("ProjectHistory", "project", "history", _RECORD)
PROJECT_UPDATES = _more("ProjectUpdates", "project", "projectUpdates", _UPDATE)

PROJECT_ISSUE_TEAMS = f"""
query ProjectIssueTeams($id: String!, $first: Int!, $after: String) {{
  project(id: $id) {{
    id
    issues(first: $first, after: $after, includeArchived: true) {{
      nodes {{ team {{ {_TEAM} }} }}
      {_PAGE}
    }}
  }}
}}
"""

PROJECT_STATE = f"""
query ProjectState($id: String!) {{
  project(id: $id) {{ id completedAt canceledAt status {{ {_STATUS} }} }}
}}
"""

PROJECT_ISSUE_COUNTS = """
query ProjectIssueCounts($id: String!) { project(id: $id) { id issueCountHistory } }
"""

CLOSED_PROJECTS = f"""
query ClosedProjects($since: DateTimeOrDuration!, $first: Int!, $after: String) {{
  projects(
    first: $first, after: $after, includeArchived: true, orderBy: updatedAt
    filter: {{
      updatedAt: {{ gte: $since }}
      status: {{ type: {{ in: ["completed", "canceled"] }} }}
    }}
  ) {{
    nodes {{ id name updatedAt completedAt canceledAt status {{ {_STATUS} }} }}
    {_PAGE}
  }}
}}
"""

PROJECT_STATUSES = f"""
query ProjectStatuses($first: Int!, $after: String) {{
  projectStatuses(first: $first, after: $after, includeArchived: true) {{
    nodes {{ {_STATUS} position archivedAt }}
    {_PAGE}
  }}
}}
"""

PROJECT_STATUS = f"""
query ProjectStatus($id: String!) {{ projectStatus(id: $id) {{ {_STATUS} }} }}
"""

# Where the statuses themselves cannot be listed: those that open projects stand in.
STATUSES_IN_USE = f"""
query StatusesInUse($first: Int!, $after: String) {{
  projects(
    first: $first, after: $after, orderBy: updatedAt
    filter: {{ status: {{ type: {{ in: ["started", "paused", "planned", "backlog"] }} }} }}
  ) {{
    nodes {{ id status {{ {_STATUS} }} }}
    {_PAGE}
  }}
}}
"""

PROJECT_UPDATE = f"""
mutation ProjectUpdate($id: String!, $input: ProjectUpdateInput!) {{
  projectUpdate(id: $id, input: $input) {{
    success
    project {{ id completedAt canceledAt status {{ {_STATUS} }} }}
  }}
}}
"""

# --- Issues -----------------------------------------------------------------------------------

# Only `…Id` scalars, where there are: every nested object costs a point for each entry of each
# issue. Of words only the fact is kept: a title is never edited to none.
_CHANGE = """
    id createdAt actorId
    fromStateId toStateId fromEstimate toEstimate fromProjectId toProjectId
    fromAssigneeId toAssigneeId fromDueDate toDueDate fromTeamId toTeamId
    fromCycleId toCycleId fromProjectMilestone { id } toProjectMilestone { id }
    addedLabelIds removedLabelIds archived trashed autoArchived autoClosed
    toTitle updatedDescription
"""

# What an issue waits for is a relation of the other issue's.
_RELATION = "id type createdAt issue { id }"

_ISSUE = f"""
    id identifier title url estimate createdAt archivedAt trashed dueDate
    state {{ {_STATUS} }}
    team {{ {_TEAM} }}
    assignee {{ {_PERSON} }}
    project {{ id }}
    parent {{ id }}
    projectMilestone {{ id }} cycle {{ id }}
    labels(first: 10) {{ nodes {{ id name }} {_PAGE} }}
    inverseRelations(first: 5) {{ nodes {{ {_RELATION} }} {_PAGE} }}
    history(first: $hist) {{ nodes {{ {_CHANGE} }} {_PAGE} }}
"""

PROJECT_ISSUES = f"""
query ProjectIssues($id: String!, $first: Int!, $after: String, $hist: Int!) {{
  project(id: $id) {{
    id
    issues(first: $first, after: $after, includeArchived: true, orderBy: createdAt) {{
      nodes {{ {_ISSUE} }}
      {_PAGE}
    }}
  }}
}}
"""

ISSUES_BY_ID = f"""
query IssuesById($ids: [ID!]!, $first: Int!, $after: String, $hist: Int!) {{
  issues(first: $first, after: $after, includeArchived: true, filter: {{ id: {{ in: $ids }} }}) {{
    nodes {{ {_ISSUE} }}
    {_PAGE}
  }}
}}
"""

ISSUE_HISTORY = _more("IssueHistory", "issue", "history", _CHANGE)
ISSUE_LABELS = _more("IssueLabels", "issue", "labels", "id name")
ISSUE_RELATIONS = _more("IssueRelations", "issue", "inverseRelations", _RELATION)

# An issue that left the project is not among the project's issues, and no filter reaches into an
# issue's history: the teams' issues are read with nothing but where they moved from.
TEAM_ISSUE_MOVES = f"""
query TeamIssueMoves(
  $teams: [ID!]!, $since: DateTimeOrDuration!, $first: Int!, $after: String, $hist: Int!
) {{
  issues(
    first: $first, after: $after, includeArchived: true, orderBy: createdAt
    filter: {{ team: {{ id: {{ in: $teams }} }}, updatedAt: {{ gte: $since }} }}
  ) {{
    nodes {{ id history(first: $hist) {{ nodes {{ id fromProjectId }} {_PAGE} }} }}
    {_PAGE}
  }}
}}
"""

ISSUE_MOVES = _more("IssueMoves", "issue", "history", "id fromProjectId")

WORKFLOW_STATES = f"""
query WorkflowStates($first: Int!, $after: String) {{
  workflowStates(first: $first, after: $after, includeArchived: true) {{
    nodes {{ {_STATUS} }}
    {_PAGE}
  }}
}}
"""

# --- Tickets ----------------------------------------------------------------------------------

_TICKET_CHANGE = f"""
    id createdAt
    actor {{ {_PERSON} }}
    fromState {{ {_STATUS} }}
    toState {{ {_STATUS} }}
    addedLabelIds addedLabels {{ id name }}
    removedLabelIds removedLabels {{ id name }}
"""

_TICKET = f"""
    id identifier title url trashed dueDate
    state {{ {_STATUS} }}
    assignee {{ {_PERSON} }}
    project {{ id }}
"""

TICKET = f"""
query Ticket($id: String!) {{
  issue(id: $id) {{
    {_TICKET}
    labels(first: 50) {{ nodes {{ id name }} {_PAGE} }}
    history(first: 100) {{ nodes {{ {_TICKET_CHANGE} }} {_PAGE} }}
  }}
}}
"""

TICKETS = f"""
query Tickets($ids: [ID!]!, $first: Int!, $after: String) {{
  issues(first: $first, after: $after, includeArchived: true, filter: {{ id: {{ in: $ids }} }}) {{
    nodes {{
      {_TICKET}
      labels(first: 50) {{ nodes {{ id name }} {_PAGE} }}
      history(first: 100) {{ nodes {{ {_TICKET_CHANGE} }} {_PAGE} }}
    }}
    {_PAGE}
  }}
}}
"""

TICKET_HISTORY = _more("TicketHistory", "issue", "history", _TICKET_CHANGE)
TICKET_ATTACHMENTS = _more("TicketAttachments", "issue", "attachments", "url")

ISSUE_CREATE = f"""
mutation IssueCreate($input: IssueCreateInput!) {{
  issueCreate(input: $input) {{ success issue {{ {_TICKET} }} }}
}}
"""

ATTACHMENT_CREATE = """
mutation AttachmentCreate($input: AttachmentCreateInput!) {
  attachmentCreate(input: $input) { success attachment { id url } }
}
"""

RELATION = """
query Relation($id: String!) { issueRelation(id: $id) { id } }
"""

RELATION_CREATE = """
mutation RelationCreate($input: IssueRelationCreateInput!) {
  issueRelationCreate(input: $input) { success issueRelation { id } }
}
"""

# --- Comments, links, documents ---------------------------------------------------------------

COMMENT = """
query Comment($id: String!) { comment(id: $id) { id } }
"""

COMMENT_CREATE = """
mutation CommentCreate($input: CommentCreateInput!) {
  commentCreate(input: $input) { success comment { id } }
}
"""

LINK_CREATE = f"""
mutation LinkCreate($input: EntityExternalLinkCreateInput!) {{
  entityExternalLinkCreate(input: $input) {{ success entityExternalLink {{ {_LINK} }} }}
}}
"""

_DOCUMENT = "id title url content archivedAt trashed updatedAt project { id }"

DOCUMENT = f"""
query Document($id: String!) {{ document(id: $id) {{ {_DOCUMENT} }} }}
"""

DOCUMENT_STAMPS = f"""
query DocumentStamps($ids: [ID!]!, $first: Int!, $after: String) {{
  documents(first: $first, after: $after, filter: {{ id: {{ in: $ids }} }}) {{
    nodes {{ id updatedAt }}
    {_PAGE}
  }}
}}
"""

DOCUMENT_CREATE = f"""
mutation DocumentCreate($input: DocumentCreateInput!) {{
  documentCreate(input: $input) {{ success document {{ {_DOCUMENT} }} }}
}}
"""

# --- The workspace ----------------------------------------------------------------------------

VIEWER = f"""
query Viewer {{ viewer {{ {_PERSON} admin guest }} }}
"""

PEOPLE = f"""
query People($first: Int!, $after: String) {{
  users(first: $first, after: $after, includeDisabled: true) {{
    nodes {{ {_PERSON} }}
    {_PAGE}
  }}
}}
"""

TEAMS = f"""
query Teams($first: Int!, $after: String) {{
  teams(first: $first, after: $after) {{ nodes {{ {_TEAM} }} {_PAGE} }}
}}
"""

LABELS_NAMED = f"""
query LabelsNamed($name: String!, $first: Int!, $after: String) {{
  issueLabels(first: $first, after: $after, filter: {{ name: {{ eqIgnoreCase: $name }} }}) {{
    nodes {{ id name team {{ id }} }}
    {_PAGE}
  }}
}}
"""

LABEL_CREATE = """
mutation LabelCreate($input: IssueLabelCreateInput!) {
  issueLabelCreate(input: $input) { success issueLabel { id name } }
}
"""

WEBHOOKS = f"""
query Webhooks($first: Int!, $after: String) {{
  webhooks(first: $first, after: $after) {{
    nodes {{ id url enabled resourceTypes }}
    {_PAGE}
  }}
}}
"""

WEBHOOK_CREATE = """
mutation WebhookCreate($input: WebhookCreateInput!) {
  webhookCreate(input: $input) { success webhook { id enabled } }
}
"""

WEBHOOK_UPDATE = """
mutation WebhookUpdate($id: String!, $input: WebhookUpdateInput!) {
  webhookUpdate(id: $id, input: $input) { success webhook { id enabled } }
}
"""
