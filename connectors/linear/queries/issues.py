"""The issues of a project, with their histories."""

from __future__ import annotations

from connectors.linear.queries.parts import PAGE, PERSON, STATUS, TEAM, more

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
    state {{ {STATUS} }}
    team {{ {TEAM} }}
    assignee {{ {PERSON} }}
    project {{ id }}
    parent {{ id }}
    projectMilestone {{ id }} cycle {{ id }}
    labels(first: 10) {{ nodes {{ id name }} {PAGE} }}
    inverseRelations(first: 5) {{ nodes {{ {_RELATION} }} {PAGE} }}
    history(first: $hist) {{ nodes {{ {_CHANGE} }} {PAGE} }}
"""

PROJECT_ISSUES = f"""
query ProjectIssues($id: String!, $first: Int!, $after: String, $hist: Int!) {{
  project(id: $id) {{
    id
    issues(first: $first, after: $after, includeArchived: true, orderBy: createdAt) {{
      nodes {{ {_ISSUE} }}
      {PAGE}
    }}
  }}
}}
"""

ISSUES_BY_ID = f"""
query IssuesById($ids: [ID!]!, $first: Int!, $after: String, $hist: Int!) {{
  issues(first: $first, after: $after, includeArchived: true, filter: {{ id: {{ in: $ids }} }}) {{
    nodes {{ {_ISSUE} }}
    {PAGE}
  }}
}}
"""

ISSUE_HISTORY = more("IssueHistory", "issue", "history", _CHANGE)
ISSUE_LABELS = more("IssueLabels", "issue", "labels", "id name")
ISSUE_RELATIONS = more("IssueRelations", "issue", "inverseRelations", _RELATION)

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
    nodes {{ id history(first: $hist) {{ nodes {{ id fromProjectId }} {PAGE} }} }}
    {PAGE}
  }}
}}
"""

ISSUE_MOVES = more("IssueMoves", "issue", "history", "id fromProjectId")

WORKFLOW_STATES = f"""
query WorkflowStates($first: Int!, $after: String) {{
  workflowStates(first: $first, after: $after, includeArchived: true) {{
    nodes {{ {STATUS} }}
    {PAGE}
  }}
}}
"""
