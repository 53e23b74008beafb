"""Comments, links, documents and the files that are shown in them."""

from __future__ import annotations

from connectors.linear.queries.parts import LINK, PAGE

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
  entityExternalLinkCreate(input: $input) {{ success entityExternalLink {{ {LINK} }} }}
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
    {PAGE}
  }}
}}
"""

DOCUMENT_CREATE = f"""
mutation DocumentCreate($input: DocumentCreateInput!) {{
  documentCreate(input: $input) {{ success document {{ {_DOCUMENT} }} }}
}}
"""

# Where to put a file, and where it is shown from then on.
FILE_UPLOAD = """
mutation FileUpload($contentType: String!, $filename: String!, $size: Int!) {
  fileUpload(contentType: $contentType, filename: $filename, size: $size) {
    success
    uploadFile { uploadUrl assetUrl headers { key value } }
  }
}
"""
