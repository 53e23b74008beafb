"""The keys of a Confluence workspace in the configuration."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)

_ADDRESS = re.compile(r"https?://[^\s/@?#]+(/[^\s?#]*)?")
_HEADER = re.compile(r"[\x21-\x7e]+")
_SITE = ".atlassian.net"
GATEWAY = "api.atlassian.com"


class Deployment(StrEnum):
    """Which Confluence it is; `AUTO` finds out."""

    AUTO = "auto"
    CLOUD = "cloud"
    DATA_CENTER = "data-center"


def _address(value: str) -> str:
    """Return an address without its last slash; Confluence Cloud always lies below `/wiki`."""
    if not _ADDRESS.fullmatch(value):
        raise ValueError("an address such as https://acme.atlassian.net/wiki")
    value = value.rstrip("/")
    where = urlsplit(value)
    host = where.hostname or ""
    bare = host.endswith(_SITE) and not where.path
    return f"{value}/wiki" if bare or _gateway_without_wiki(host, where.path) else value


def _gateway_without_wiki(host: str, path: str) -> bool:
    return host == GATEWAY and re.fullmatch(r"/ex/confluence/[^/]+", path) is not None


def _secret(value: str) -> str:
    if not _HEADER.fullmatch(value):
        raise ValueError("a token without spaces, line ends and letters beyond ASCII")
    return value


Address = Annotated[str, AfterValidator(_address)]
Token = Annotated[str, AfterValidator(_secret)]


class ConfluenceSettings(BaseModel):
    """What the connector needs beyond the keys that every workspace has.

    - `site_url` is what people click, `api_url` what we call, the same where it is left out: else
      the gateway `https://api.atlassian.com/ex/confluence/<cloudId>/wiki` for a token with scopes.
    - With `email` the token goes as Basic, without as Bearer (Data Center's personal access token).
    - `space` is the key of the space that gets the pages, `parent` the page above them by its id or
      title; without it they stand below the space's home page.
    - `webhook_secret` are the signing secrets of Data Center's webhook, several during a rotation.
    - `timeout` is in seconds, for the connection and for each wait for data.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    site_url: Address
    api_url: Address = ""
    email: str | None = Field(default=None, pattern=r"^[^\s:@]+@[^\s:@]+$")
    api_token: Token = Field(repr=False)
    space: str = Field(pattern=r"^~?[A-Za-z0-9._:-]+$")
    parent: str | None = Field(default=None, min_length=1)
    deployment: Deployment = Deployment.AUTO
    timeout: int = Field(default=30, ge=1, le=300)
    webhook_secret: list[str] = Field(default_factory=list, repr=False)

    # What the site was found to be; settings live as long as the process.
    _found: Deployment | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _one_address(cls, values: Any) -> Any:  # noqa: ANN401  (pydantic's own)
        """Call the site itself where no other address is given."""
        if isinstance(values, dict) and "site_url" in values:
            return {"api_url": values["site_url"], **values}
        return values

    @field_validator("parent", mode="before")
    @classmethod
    def _id_as_text(cls, value: Any) -> Any:  # noqa: ANN401  (pydantic's own)
        """Take a page's id also as a number."""
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @property
    def hosted(self) -> Deployment | None:
        """Which Confluence it is, as far as it is known without asking; None where it is not."""
        if self.deployment is not Deployment.AUTO:
            return self.deployment
        host = urlsplit(self.api_url).hostname or ""
        if host == GATEWAY or host.endswith(_SITE):
            return Deployment.CLOUD
        return self._found

    def remember(self, found: Deployment) -> None:
        """Keep what the site was found to be."""
        self._found = found
