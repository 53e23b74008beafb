"""What nobody has published, or what an organisation may set: the switches of the stand-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class ConflictStatus(StrEnum):
    """With which HTTP status a second create with the same id is refused: both are reported."""

    OK = "200"
    BAD_REQUEST = "400"
    ALTERNATE = "alternate"


@dataclass(slots=True)
class Behaviour:
    """Each field is an open question of Linear's behaviour, with the answer taken for now.

    - `history_window`: edits by one person this close together become one entry of the history.
    - `reopening_clears_timestamps`: a project that leaves a closed status loses `completedAt`.
    - `refuse_inactive_assignees`: a deactivated person cannot be assigned.
    - `disable_after_failures`: a webhook whose last retry failed is switched off.
    - `new_delivery_id_on_retry`: a retry has its own `Linear-Delivery`.
    - `retry_after`: the waits before the retries of a webhook [published].
    - `read_lag`: queries see the world as it was that long ago.
    - `list_lag`: lists omit what was created or changed since then; reads by id see it.
    - `oldest_first`: lists begin with what was made first; the order is not documented.
    - `page_overlap`: so many nodes of a page come again on the next, as lists do that change
      while they are read.
    - `upload_types`: the content types of files that may be uploaded; a workspace sets its own.
    - the limits are those published in October 2026 for a personal key.
    """

    conflict_status: ConflictStatus = ConflictStatus.OK
    history_window: timedelta = timedelta(seconds=60)
    reopening_clears_timestamps: bool = True
    refuse_inactive_assignees: bool = True
    webhooks_on: bool = True
    disable_after_failures: bool = True
    new_delivery_id_on_retry: bool = False
    retry_after: list[timedelta] = field(
        default_factory=lambda: [timedelta(minutes=1), timedelta(hours=1), timedelta(hours=6)]
    )
    read_lag: timedelta = timedelta()
    list_lag: timedelta = timedelta()
    upload_types: list[str] = field(default_factory=lambda: ["image/png", "image/jpeg"])
    largest_page: int = 250
    oldest_first: bool = False
    page_overlap: int = 0
    complexity_of_one_query: int = 10_000
    requests_per_hour: int = 2_500
    complexity_per_hour: int = 3_000_000
