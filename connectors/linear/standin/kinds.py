"""Two words for what only GraphQL's own type check knows: a row of any table, a field's value."""

from __future__ import annotations

from typing import Any

Record = Any
Value = Any
