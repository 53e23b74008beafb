"""The workspace: people, teams, labels, webhooks."""

from __future__ import annotations

from connectors.linear.queries.parts import PAGE, PERSON, TEAM

VIEWER = f"""
query Viewer {{ viewer {{ {PERSON} admin guest }} }}
"""

PEOPLE = f"""
query People($first: Int!, $after: String) {{
  users(first: $first, after: $after, includeDisabled: true) {{
    nodes {{ {PERSON} }}
    {PAGE}
  }}
}}
"""

TEAMS = f"""
query Teams($first: Int!, $after: String) {{
  teams(first: $first, after: $after) {{ nodes {{ {TEAM} }} {PAGE} }}
}}
"""

LABELS_NAMED = f"""
query LabelsNamed($name: String!, $first: Int!, $after: String) {{
  issueLabels(first: $first, after: $after, filter: {{ name: {{ eqIgnoreCase: $name }} }}) {{
    nodes {{ id name team {{ id }} }}
    {PAGE}
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
    {PAGE}
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
