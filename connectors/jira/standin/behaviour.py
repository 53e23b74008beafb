"""What nobody has published, or what an administrator may set: the switches of the stand-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Flavour(StrEnum):
    """Which Jira it is."""

    CLOUD_COMPANY = "cloud-company"
    CLOUD_TEAM = "cloud-team"
    DATA_CENTER = "data-center"

    @property
    def cloud(self) -> bool:
        return self is not Flavour.DATA_CENTER


@dataclass(slots=True)
class Behaviour:
    """Each field is a lever, or an open question with the answer taken for now.

    - `index_lag`: search sees the site as it was that long ago; reads by id see it as it is.
    - `scoped_token`: the token works through the gateway only [vendor: scoped API tokens].
    - `retry_after`: the waits before the retries of a Cloud webhook [reported: 5 to 15 minutes].
    - `search_page`: how many issues a page holds at most when more than ids are asked for.
    - `histories_in_search`: how many changes `expand=changelog` in a search shows on Cloud.
    - `changelog_page`: how many changes a page of a bulk of histories holds at most;
      `changelog_repeats` how many of them the next page gives once more.
    - `worklogs_on_issue`: how many worklogs an issue carries [vendor: the first 20].
    - `worklog_page`: how many worklogs of one issue a page holds at most.
    - `time_tracking`: an administrator may switch it off; then nothing shows or takes times.
    - `instants_in_bulk`: whether a bulk of histories has its instants as numbers (milliseconds since
      1970, as the vendor's example) or as text (as the vendor's schema).
    - `parent_in_history`: what a change of the parent is called: `IssueParentAssociation`, or
      `Epic Link` as in older histories and on Data Center.
    - `burst_per_second`: calls of one operation that are answered in a second; 0 is no limit.
    - `per_issue_writes`: more than 20 writes to an issue in 2 s, or 100 in 30 s, are refused.
    - `cost_limit`: the hourly cost budget that `X-RateLimit-Limit` names.
    - `version`: of the product, for Data Center; 10 moved the webhooks' interface.
    - `search_max`: the largest page that a Data Center's administrator allows.
    - `node_limit`: tokens in the bucket of a Data Center's rate limit; 0 is no limit.
    """

    index_lag: timedelta = timedelta()
    scoped_token: bool = False
    webhooks_on: bool = True
    retry_after: list[timedelta] = field(
        default_factory=lambda: [timedelta(minutes=m) for m in (5, 10, 15, 7, 12)]
    )
    search_page: int = 100
    histories_in_search: int = 20
    changelog_page: int = 10_000
    changelog_repeats: int = 0
    worklogs_on_issue: int = 20
    worklog_page: int = 5000
    time_tracking: bool = True
    instants_in_bulk: str = "number"
    parent_in_history: str = "IssueParentAssociation"
    burst_per_second: int = 0
    per_issue_writes: bool = True
    cost_limit: int = 300_000
    version: int = 11
    search_max: int = 1000
    node_limit: int = 0
