"""The pictures of a page in Linear's file storage, where a document's Markdown can show them.

Linear names an address that is signed for one file, and the headers that belong to the signature;
the bytes go there without our key (https://linear.app/developers/how-to-upload-a-file-to-linear).

The page matters and its pictures do not: what they say stands on it in words, too.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import requests
import structlog
from requests import RequestException
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError
from urllib3.util import Url, parse_url

from connectors.linear import queries
from connectors.linear.client import NotInTime, unreachable
from connectors.linear.mapping import raw as read
from service.ports import Limited, NotAllowed, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from requests import PreparedRequest

    from connectors.linear.client import LinearClient
    from service.domain.document import Picture

log = structlog.get_logger(__name__)

_TYPE = "image/png"
# Nothing is ever replaced under its address, so whoever reads the page may keep what it got.
_KEEPS = "public, max-age=31536000"


def upload(client: LinearClient, pictures: Iterable[Picture]) -> dict[str, str]:
    """Upload pictures and return their addresses by name; what cannot be uploaded is not in it.

    - Each picture is tried once. After one that is not answered in time no other is tried: a page
      is not worth more waiting than that.
    - What stays out is logged as `linear.picture_left_out`.

    Raises Limited where Linear asks us to wait.
    """
    addresses: dict[str, str] = {}
    for picture in pictures:
        try:
            addresses[picture.name] = _uploaded(client, picture)
        except Limited:
            raise
        except (NotAllowed, Rejected, Unavailable) as failure:
            log.warning("linear.picture_left_out", picture=picture.name, reason=str(failure))
            if isinstance(failure, NotInTime):
                break
    return addresses


def _uploaded(client: LinearClient, picture: Picture) -> str:
    """Upload one picture and return the address under which it is shown."""
    payload = client.change(
        queries.FILE_UPLOAD,
        "fileUpload",
        contentType=_TYPE,
        filename=picture.file,
        size=len(picture.png),
    )
    place = read.part(payload, "uploadFile")
    asset = _believed(read.text(place, "assetUrl"))
    _put(read.text(place, "uploadUrl"), _headers(place), picture.png, client.timeout)
    return asset.url


def _headers(place: Mapping[str, object]) -> Mapping[str, str]:
    """Return the headers of the upload: what Linear names is signed, and stands instead of ours."""
    headers = CaseInsensitiveDict({"Content-Type": _TYPE, "Cache-Control": _KEEPS})
    for one in read.parts(place, "headers"):
        headers[read.text(one, "key")] = read.maybe_text(one, "value") or ""
    return headers


def _put(address: str, headers: Mapping[str, str], png: bytes, timeout: int) -> None:
    """Send the bytes, once, to nobody but the address itself.

    Raises Unavailable, whose text never quotes the address: whoever has it may upload.
    """
    host = _believed(address).host or ""
    try:
        with requests.put(
            address,
            data=png,
            headers=headers,
            auth=_without_credentials,
            timeout=timeout,
            allow_redirects=False,
            stream=True,  # what storage says beyond its status is not read
        ) as answer:
            status = answer.status_code
    except (RequestException, HTTPError, UnicodeError) as error:
        raise unreachable(host, error) from None
    if status not in range(200, 300):
        raise Unavailable(f"{host} did not take the file: HTTP {status}")


def _believed(address: str) -> Url:
    """Return an address of https, or of this machine, in its parts. Raises Unavailable."""
    try:
        parts = parse_url(address)  # as requests itself reads it
    except HTTPError:
        raise Unavailable("Linear answered with an address that is none") from None
    if parts.host and (
        parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.host))
    ):
        return parts
    raise Unavailable("Linear answered with an address that is not https")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _without_credentials(request: PreparedRequest) -> PreparedRequest:
    """Add nothing: without an `auth` requests would add what a .netrc says of the host."""
    return request
