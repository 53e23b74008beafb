"""Files: the place that a mutation names, the bytes that are put there, and the file as it is shown.

The bytes come by an address that is signed for one file, and without a key. Linear shows a file to
who is signed in there; here whoever reaches the stand-in may see it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from connectors._standin.messages import PLAIN, Answer, Request
from connectors.linear.standin.entities import UploadFile, UploadFileHeader
from connectors.linear.standin.world import Act, World

LARGEST = 10_000_000
CACHE = "public, max-age=31536000"
_PLACE = re.compile(r"/(?P<kind>storage|files)/(?P<id>[^/]+)")
_ALONE = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}


def new_place(act: Act, filename: str, content_type: str, size: int) -> UploadFile:
    """Make the place for a file."""
    world = act.world
    file_id = world.ids.uuid()
    place = UploadFile(
        id=file_id,
        created_at=act.at,
        updated_at=act.at,
        filename=filename,
        content_type=content_type,
        size=size,
        asset_url=f"{world.storage}/files/{file_id}",
        headers=[
            UploadFileHeader("x-goog-content-length-range", f"{size},{size}"),
            UploadFileHeader(
                "Content-Disposition", f"attachment; filename*=UTF-8''{quote(filename)}"
            ),
        ],
        secret=world.ids.secret(),
        creator_id=act.actor.id,
    )
    world.add(place)
    act.record("fileUpload", place, filename=filename, size=size)
    return place


def upload_url(world: World, place: UploadFile) -> str:
    """Return the address that takes the bytes."""
    return f"{world.storage}/storage/{place.id}?signature={place.secret}"


def serves(path: str) -> bool:
    """Say whether files are put, or shown, under the path."""
    return _PLACE.fullmatch(path) is not None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Bytes that are put to a place, or asked for."""

    file_id: str
    writes: bool

    @property
    def name(self) -> str:
        return "filePut" if self.writes else "fileGet"

    @property
    def names(self) -> tuple[str, ...]:
        """What a fault may be ordered by."""
        return (self.name,)


def read(request: Request) -> Transfer | Answer:
    """Read a request for a file."""
    found = _PLACE.fullmatch(request.path)
    wanted = {"storage": "PUT", "files": "GET"}
    if found is None or wanted[found["kind"]] != request.method:
        return Answer(HTTPStatus.METHOD_NOT_ALLOWED, b"", content_type=PLAIN)
    return Transfer(found["id"], writes=request.method == "PUT")


def answer(world: World, asked: Transfer, request: Request) -> Answer:
    """Take the bytes, or show them."""
    with world.lock:
        place = world.uploads.get(asked.file_id)
        if asked.writes:
            return _taken(world, place, request)
        data = world.files.get(asked.file_id)
        if place is None or data is None:
            return Answer(HTTPStatus.NOT_FOUND, b"NoSuchKey", content_type=PLAIN)
        return Answer(HTTPStatus.OK, data, _ALONE, place.content_type)


def _taken(world: World, place: UploadFile | None, request: Request) -> Answer:
    if place is None or request.one("signature") != place.secret:
        return Answer(HTTPStatus.FORBIDDEN, b"SignatureDoesNotMatch", content_type=PLAIN)
    if (wrong := _objection(place, request)) is not None:
        return Answer(HTTPStatus.BAD_REQUEST, wrong.encode(), content_type=PLAIN)
    with world.act(world.users[place.creator_id], "api") as act:
        world.files[place.id] = request.body
        place.updated_at = act.at
        act.record("filePut", place, filename=place.filename, size=len(request.body))
    return Answer(HTTPStatus.OK, b"", content_type=PLAIN, wrote=True)


def _objection(place: UploadFile, request: Request) -> str | None:
    """Say what is wrong with an upload, None for nothing."""
    if "authorization" in request.headers:
        return "a key that is none of storage's came along"
    wanted = {
        "content-type": place.content_type,
        "cache-control": CACHE,
        **{one.key.lower(): one.value for one in place.headers},
    }
    for name, value in wanted.items():
        if request.headers.get(name) != value:
            return f"the header {name} is not {value}"
    if len(request.body) != place.size:
        return f"the file has not the {place.size} bytes that were announced"
    return None
