"""A file of issues as Jira's REST gave them, read without the tool: `issue?expand=changelog`."""

from connectors.jira.export.reading import read_export

__all__ = ["read_export"]
