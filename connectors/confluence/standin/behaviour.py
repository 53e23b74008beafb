"""What a site may set, or nobody has published: the switches of the stand-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Flavour(StrEnum):
    """Which Confluence this is."""

    CLOUD = "cloud"
    DATA_CENTER = "data-center"


@dataclass(slots=True)
class Behaviour:
    """Each field is an open question of Confluence's behaviour, with the answer taken for now.

    - `index_lag`: how long CQL shows a page as it was before its last change [reported].
    - `editor_on_api_writes`: a body written by a program is rewritten as if a person had saved it
      in the editor; otherwise only macros get their ids, and it is rewritten at the first edit.
    - `duplicate_property_status`: with which status a second property of the same key is refused;
      0 is 409 on Cloud [reported] and 400 on Data Center [specified].
    - `trashed_titles_taken`: a page in the trash keeps its title from being used again; an archived
      one always does [reported].
    - `trashed_shown_by_id`: v2 answers for a page in the trash by its id, also where the caller
      does not ask for that status.
    - `anonymous_access`: the site lets visitors in, so that a wrong or revoked token is answered as
      a visitor is, who is shown nothing here; only a header tells.
    - `webhooks_on`: Data Center sends webhooks.
    - `largest_body`: bytes of a request; more is answered 413 [specified: 5 MB].
    - `bucket`: requests a Data Center user has before the rate limit, which refill at `refill`
      each second; 0 is no limit.
    """

    index_lag: timedelta = timedelta(seconds=3)
    editor_on_api_writes: bool = False
    duplicate_property_status: int = 0
    trashed_titles_taken: bool = True
    trashed_shown_by_id: bool = True
    anonymous_access: bool = False
    webhooks_on: bool = True
    largest_body: int = 5_000_000
    bucket: int = 0
    refill: int = 10
