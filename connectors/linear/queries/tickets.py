"""The tickets of actions, and what hangs on them."""

from __future__ import annotations

from connectors.linear.queries.parts import PAGE, PERSON, STATUS, more

_TICKET_CHANGE = f"""
    id createdAt
    actor {{ {PERSON} }}
    fromState {{ {STATUS} }}
    toState {{ {STATUS} }}
    addedLabelIds addedLabels {{ id name }}
    removedLabelIds removedLabels {{ id name }}
"""

_TICKET = f"""
    id identifier title url trashed dueDate
    state {{ {STATUS} }}
    assignee {{ {PERSON} }}
    project {{ id }}
"""

TICKET = f"""
query Ticket($id: String!) {{
  issue(id: $id) {{
    {_TICKET}
    labels(first: 50) {{ nodes {{ id name }} {PAGE} }}
    history(first: 100) {{ nodes {{ {_TICKET_CHANGE} }} {PAGE} }}
  }}
}}
"""

TICKETS = f"""
query Tickets($ids: [ID!]!, $first: Int!, $after: String) {{
  issues(first: $first, after: $after, includeArchived: true, filter: {{ id: {{ in: $ids }} }}) {{
    nodes {{
      {_TICKET}
      labels(first: 50) {{ nodes {{ id name }} {PAGE} }}
      history(first: 100) {{ nodes {{ {_TICKET_CHANGE} }} {PAGE} }}
    }}
    {PAGE}
  }}
}}
"""

TICKET_HISTORY = more("TicketHistory", "issue", "history", _TICKET_CHANGE)
TICKET_ATTACHMENTS = more("TicketAttachments", "issue", "attachments", "url")

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
