"""Jira's wiki markup, the only form of rich text on Data Center, in and out of the document tree.

Text stays text in both directions: `read(write(d)) == normalised(d)` for every document.
"""

from connectors.jira.mapping.wiki.normal import normalised
from connectors.jira.mapping.wiki.reading import read
from connectors.jira.mapping.wiki.writing import write

__all__ = ["normalised", "read", "write"]
