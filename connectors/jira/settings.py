"""The keys of a Jira workspace in the configuration."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, model_validator

_ADDRESS = re.compile(r"https?://[^\s/@?#]+(/[^\s?#]*)?")
_HEADER = re.compile(r"[\x21-\x7e]+")
_PROJECT_KEY = r"^[A-Z][A-Z0-9_]*$"


class Deployment(StrEnum):
    """Which Jira it is; `AUTO` asks it."""

    AUTO = "auto"
    CLOUD = "cloud"
    DATA_CENTER = "data-center"


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError("an address such as https://acme.atlassian.net")
    return value.rstrip("/")


def _secret(value: str) -> str:
    if not _HEADER.fullmatch(value):
        raise ValueError("a token without spaces, line ends and letters beyond ASCII")
    return value


Address = Annotated[str, AfterValidator(_address)]
Token = Annotated[str, AfterValidator(_secret)]


class Closes(BaseModel):
    """One kind of thing whose closing is held: issues of some types, versions, or whole projects."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issue_types: tuple[str, ...] = ()
    versions: bool = False
    projects: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> Closes:
        if [bool(self.issue_types), self.versions, self.projects].count(True) != 1:
            raise ValueError(
                "one of issue_types = [names or ids], versions = true, projects = true"
            )
        return self


class JiraSettings(BaseModel):
    """What the connector needs beyond the keys that every workspace has.

    - `site_url` is what people click, `api_url` what we call: the same, or the gateway
      `https://api.atlassian.com/ex/jira/<cloudId>` for a token with scopes. Both may have a path.
    - With `email` the token goes as Basic, without as Bearer (Data Center's personal access token).
    - `webhook_secret` are the signing secrets, several during a rotation.
    - `closes` are the closing objects; where it is empty, issues of type Epic.
    - `tickets_project` gets the action tickets, by its key; `tickets_type` is their issue type.
    - `closing_label` and `closing_statuses` (names or ids) tell that somebody asks to close.
    - `page_type` and `pages_project` are for post-mortems that are kept in issues.
    - `verified_field` is a field (name or id) that tells a ticket is verified.
    - `resolution_is_done`: whether a resolution, not the status, tells that an issue is done.
    - `gate`, `approval_field` and `gate_role` are for the rule within Jira's own workflows.
    - `timeout` is in seconds, for the connection and for each wait for data.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    site_url: Address
    api_url: Address
    email: str | None = Field(default=None, pattern=r"^[^\s:@]+@[^\s:@]+$")
    api_token: Token = Field(repr=False)
    webhook_secret: list[str] = Field(default_factory=list, repr=False)
    closes: tuple[Closes, ...] = (Closes(issue_types=("Epic",)),)
    tickets_project: str | None = Field(default=None, pattern=_PROJECT_KEY)
    tickets_type: str = "Task"
    deployment: Deployment = Deployment.AUTO
    closing_label: str = Field(default="ready-to-close", pattern=r"^\S+$")
    closing_statuses: tuple[str, ...] = ()
    page_type: str = "Task"
    pages_project: str | None = Field(default=None, pattern=_PROJECT_KEY)
    verified_field: str | None = None
    resolution_is_done: bool = False
    gate: Literal["approval", "role"] = "approval"
    approval_field: str = "Closeout approval"
    gate_role: str = "Closeout"
    timeout: int = Field(default=30, ge=1, le=300)

    # What changes slowly at this site, with the instant until which it may be believed.
    _kept: dict[str, tuple[datetime, Any]] = PrivateAttr(default_factory=dict)

    @property
    def kept(self) -> dict[str, tuple[datetime, Any]]:
        """What was read of this site and changes slowly, each with how long it may be believed.

        It lives with the settings because these live as long as the process, while a tracker is
        built for every run.
        """
        return self._kept

    @property
    def issue_types(self) -> frozenset[str]:
        """The closing issue types, names and ids in small letters."""
        return frozenset(name.casefold() for one in self.closes for name in one.issue_types)

    @property
    def closes_versions(self) -> bool:
        """Whether releasing a version is a closing."""
        return any(one.versions for one in self.closes)

    @property
    def closes_projects(self) -> bool:
        """Whether archiving a Jira project is a closing."""
        return any(one.projects for one in self.closes)
