"""Atlassian Document Format in and out of the neutral document tree.

Text stays text in both directions: `read(write(d)) == normalised(d)` for every document.
"""

from service.adf.normal import normalised
from service.adf.reading import read
from service.adf.writing import write

__all__ = ["normalised", "read", "write"]
