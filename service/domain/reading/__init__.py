"""Reading a post-mortem page back: what people made of the template.

Reads structure, never bytes: tools rewrite markup, people move, rename and add. What belongs to
the actions and cannot be read is named, never dropped.
"""

from service.domain.reading.lines import BLANK, comparable
from service.domain.reading.page import read_post_mortem

__all__ = ["BLANK", "comparable", "read_post_mortem"]
