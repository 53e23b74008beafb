"""Projects: reading, sweeping, moving them."""

from __future__ import annotations

from connectors.linear.queries.parts import LINK, PAGE, PERSON, STATUS, TEAM, more

_MILESTONE = "id name targetDate status"
_RECORD = "id createdAt entries"
_UPDATE = "id createdAt diff"

PROJECT_ID = """
query ProjectId($id: String!) { project(id: $id) { id } }
"""

# What is a project's own: to hold it, no more than this has to be readable.
_OWN = f"""
    id name description url createdAt updatedAt startedAt completedAt canceledAt
    archivedAt trashed startDate targetDate targetDateResolution
    status {{ {STATUS} }}
"""

_WITHOUT_PLAN = f"""
    {_OWN}
    lead {{ {PERSON} }}
    members(first: 50) {{ nodes {{ {PERSON} }} {PAGE} }}
    teams(first: 50) {{ nodes {{ {TEAM} }} {PAGE} }}
    projectMilestones(first: 50) {{ nodes {{ {_MILESTONE} }} {PAGE} }}
    externalLinks(first: 50) {{ nodes {{ {LINK} }} {PAGE} }}
"""

PROJECT = f"""
query Project($id: String!) {{
  project(id: $id) {{
    {_WITHOUT_PLAN}
    history(first: 50) {{ nodes {{ {_RECORD} }} {PAGE} }}
    projectUpdates(first: 50) {{ nodes {{ {_UPDATE} }} {PAGE} }}
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
query ProjectLead($id: String!) {{ project(id: $id) {{ id lead {{ {PERSON} }} }} }}
"""

PROJECT_MEMBERS = more("ProjectMembers", "project", "members", PERSON)
PROJECT_TEAMS = more("ProjectTeams", "project", "teams", TEAM)
PROJECT_MILESTONES = more("ProjectMilestones", "project", "projectMilestones", _MILESTONE)
PROJECT_LINKS = more("ProjectLinks", "project", "externalLinks", LINK)
PROJECT_HISTORY = more("ProjectHistory", "project", "history", _RECORD)
PROJECT_UPDATES = more("ProjectUpdates", "project", "projectUpdates", _UPDATE)

PROJECT_ISSUE_TEAMS = f"""
query ProjectIssueTeams($id: String!, $first: Int!, $after: String) {{
  project(id: $id) {{
    id
    issues(first: $first, after: $after, includeArchived: true) {{
      nodes {{ team {{ {TEAM} }} }}
      {PAGE}
    }}
  }}
}}
"""

PROJECT_STATE = f"""
query ProjectState($id: String!) {{
  project(id: $id) {{ id completedAt canceledAt status {{ {STATUS} }} }}
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
    nodes {{ id name updatedAt completedAt canceledAt status {{ {STATUS} }} }}
    {PAGE}
  }}
}}
"""

PROJECT_STATUSES = f"""
query ProjectStatuses($first: Int!, $after: String) {{
  projectStatuses(first: $first, after: $after, includeArchived: true) {{
    nodes {{ {STATUS} position archivedAt }}
    {PAGE}
  }}
}}
"""

PROJECT_STATUS = f"""
query ProjectStatus($id: String!) {{ projectStatus(id: $id) {{ {STATUS} }} }}
"""

# Where the statuses themselves cannot be listed: those that open projects stand in.
STATUSES_IN_USE = f"""
query StatusesInUse($first: Int!, $after: String) {{
  projects(
    first: $first, after: $after, orderBy: updatedAt
    filter: {{ status: {{ type: {{ in: ["started", "paused", "planned", "backlog"] }} }} }}
  ) {{
    nodes {{ id status {{ {STATUS} }} }}
    {PAGE}
  }}
}}
"""

PROJECT_UPDATE = f"""
mutation ProjectUpdate($id: String!, $input: ProjectUpdateInput!) {{
  projectUpdate(id: $id, input: $input) {{
    success
    project {{ id completedAt canceledAt status {{ {STATUS} }} }}
  }}
}}
"""
