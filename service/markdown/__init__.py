"""Markdown in and out of the neutral document tree.

Text stays text in both directions: `read(write(d)) == normalised(d)` for every document.
"""

from service.markdown.normal import normalised
from service.markdown.reading import read
from service.markdown.writing import write

__all__ = ["normalised", "read", "write"]
