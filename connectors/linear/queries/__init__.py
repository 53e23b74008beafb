"""Every GraphQL document the connector sends, each under its name.

- Each is valid in both published schemas, uses nothing deprecated or internal, and costs at most
  8,000 points by the published formula (a query above 10,000 is always refused).
- Scalars are declared as variables and filter objects written inline: the names of comparator
  types change between releases of the schema.
- Every connection names its `first`: the default is 50, which makes nested ones expensive.
"""

from __future__ import annotations

from connectors.linear.queries.issues import (
    ISSUE_HISTORY,
    ISSUE_LABELS,
    ISSUE_MOVES,
    ISSUE_RELATIONS,
    ISSUES_BY_ID,
    PROJECT_ISSUES,
    TEAM_ISSUE_MOVES,
    WORKFLOW_STATES,
)
from connectors.linear.queries.pages import (
    COMMENT,
    COMMENT_CREATE,
    DOCUMENT,
    DOCUMENT_CREATE,
    DOCUMENT_STAMPS,
    FILE_UPLOAD,
    LINK_CREATE,
)
from connectors.linear.queries.projects import (
    CLOSED_PROJECTS,
    PROJECT,
    PROJECT_ALONE,
    PROJECT_HISTORY,
    PROJECT_ID,
    PROJECT_ISSUE_COUNTS,
    PROJECT_ISSUE_TEAMS,
    PROJECT_LEAD,
    PROJECT_LINKS,
    PROJECT_MEMBERS,
    PROJECT_MILESTONES,
    PROJECT_STATE,
    PROJECT_STATUS,
    PROJECT_STATUSES,
    PROJECT_TEAMS,
    PROJECT_UPDATE,
    PROJECT_UPDATES,
    PROJECT_WITHOUT_PLAN,
    STATUSES_IN_USE,
)
from connectors.linear.queries.tickets import (
    ATTACHMENT_CREATE,
    ISSUE_CREATE,
    RELATION,
    RELATION_CREATE,
    TICKET,
    TICKET_ATTACHMENTS,
    TICKET_HISTORY,
    TICKETS,
)
from connectors.linear.queries.workspace import (
    LABEL_CREATE,
    LABELS_NAMED,
    PEOPLE,
    TEAMS,
    VIEWER,
    WEBHOOK_CREATE,
    WEBHOOK_UPDATE,
    WEBHOOKS,
)

__all__ = [
    "ATTACHMENT_CREATE",
    "CLOSED_PROJECTS",
    "COMMENT",
    "COMMENT_CREATE",
    "DOCUMENT",
    "DOCUMENT_CREATE",
    "DOCUMENT_STAMPS",
    "FILE_UPLOAD",
    "ISSUES_BY_ID",
    "ISSUE_CREATE",
    "ISSUE_HISTORY",
    "ISSUE_LABELS",
    "ISSUE_MOVES",
    "ISSUE_RELATIONS",
    "LABELS_NAMED",
    "LABEL_CREATE",
    "LINK_CREATE",
    "PEOPLE",
    "PROJECT",
    "PROJECT_ALONE",
    "PROJECT_HISTORY",
    "PROJECT_ID",
    "PROJECT_ISSUES",
    "PROJECT_ISSUE_COUNTS",
    "PROJECT_ISSUE_TEAMS",
    "PROJECT_LEAD",
    "PROJECT_LINKS",
    "PROJECT_MEMBERS",
    "PROJECT_MILESTONES",
    "PROJECT_STATE",
    "PROJECT_STATUS",
    "PROJECT_STATUSES",
    "PROJECT_TEAMS",
    "PROJECT_UPDATE",
    "PROJECT_UPDATES",
    "PROJECT_WITHOUT_PLAN",
    "RELATION",
    "RELATION_CREATE",
    "STATUSES_IN_USE",
    "TEAMS",
    "TEAM_ISSUE_MOVES",
    "TICKET",
    "TICKETS",
    "TICKET_ATTACHMENTS",
    "TICKET_HISTORY",
    "VIEWER",
    "WEBHOOKS",
    "WEBHOOK_CREATE",
    "WEBHOOK_UPDATE",
    "WORKFLOW_STATES",
]
