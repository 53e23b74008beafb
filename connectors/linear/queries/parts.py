"""What several documents ask for."""

from __future__ import annotations

PAGE = "pageInfo { hasNextPage endCursor }"
PERSON = "id name displayName email active"
STATUS = "id name type"
TEAM = "id key name"
LINK = "id url label"


def more(name: str, root: str, connection: str, fields: str) -> str:
    """Return the document that reads a connection of one project or issue by itself."""
    return f"""
query {name}($id: String!, $first: Int!, $after: String) {{
  {root}(id: $id) {{
    id
    {connection}(first: $first, after: $after) {{ nodes {{ {fields} }} {PAGE} }}
  }}
}}
"""
