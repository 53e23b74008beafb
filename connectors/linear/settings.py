"""The keys of a Linear workspace in the configuration."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

API_URL = "https://api.linear.app/graphql"

# Above this many issues a page of the project's issues costs more than 8,000 points of
# complexity; Linear refuses a query of 10,000.
LARGEST_PAGE = 50


class LinearSettings(BaseModel):
    """What the connector needs beyond the keys that every workspace has.

    - `api_key` is a personal key (`lin_api_…`) or an OAuth access token (`lin_oauth_…` or
      `Bearer …`); `webhook_secret` are the signing secrets, several during a rotation.
    - `tickets_team` is the team that gets the action tickets, by its key, name or id.
    - `webhook_tolerance` and `timeout` are seconds; `page_size` is issues in a request.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    api_url: str = Field(default=API_URL, pattern=r"^https?://[^\s/@]+(/\S*)?$")
    api_key: str = Field(min_length=1, repr=False)
    webhook_secret: list[str] = Field(default_factory=list, repr=False)
    tickets_team: str | None = None
    webhook_tolerance: int = Field(default=60, ge=1, le=86_400)
    timeout: int = Field(default=10, ge=1, le=300)
    page_size: int = Field(default=50, ge=1, le=LARGEST_PAGE)
