"""Confluence Data Center: its only interface (`/rest/api`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from connectors.confluence import mapping
from connectors.confluence.client.files import NO_FORGERY, form
from connectors.confluence.client.people import name_of, signed_in
from connectors.confluence.client.spaces import Space, listed, need
from connectors.confluence.client.versions import was_next
from connectors.confluence.mapping import raw as of
from connectors.confluence.settings import Deployment
from connectors.http import segment
from service.ports import NotAllowed, NotFound, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from connectors.confluence.mapping import Mark, Stored
    from connectors.confluence.mapping.parsing import Mention
    from connectors.http import Http

MOST_IDS = 50  # a list that is expanded is cut by limits of the site
_PARAMETER = {"userkey": "key", "username": "username"}


class DataCenterClient:
    """A connection to one site of the customer's own."""

    deployment: ClassVar[Deployment] = Deployment.DATA_CENTER

    def __init__(self, http: Http, space: str) -> None:
        self._http = http
        self._space = space

    def me(self) -> str:
        return signed_in(self._http.get("/rest/api/user/current").object)

    def space(self) -> Space:
        raw = self._http.get(f"/rest/api/space/{segment(self._space)}").object
        key, name = of.text(raw, "key"), of.maybe_text(raw, "name")
        archived = str(raw.get("status")).casefold() == "archived"
        return Space(of.text(raw, "id"), key, name or key, archived)

    def may_create(self, space: Space) -> bool | None:
        """Only an admin of the space can list its permissions."""
        return None

    def page(self, page_id: str) -> Stored:
        return mapping.with_mark(self.text(page_id), self.mark(page_id))

    def text(self, page_id: str) -> Stored:
        path = f"/rest/api/content/{segment(page_id)}"
        params = {"status": "any", "expand": "body.storage,version,space"}
        try:
            raw = self._http.get(path, params=params).object
        except NotFound:
            need(self.space, self._space)
            raise
        return mapping.from_v1(raw)

    def titled(self, space: Space, title: str) -> Sequence[Stored]:
        params = {
            "type": "page",
            "spaceKey": space.key,
            "title": title,
            "status": "any",
            "expand": "body.storage,version",
            "limit": MOST_IDS,
        }
        return [mapping.from_v1(raw) for raw in listed(self._http, "/rest/api/content", params)]

    def create(self, space: Space, title: str, storage: str, parent_id: str | None) -> Stored:
        body: dict[str, object] = {
            "type": "page",
            "title": title,
            "space": {"key": space.key},
            "body": {"storage": {"value": storage, "representation": "storage"}},
        }
        if parent_id is not None:
            body["ancestors"] = [{"id": parent_id}]
        params = {"expand": "body.storage,version"}
        return mapping.from_v1(self._http.post("/rest/api/content", body, params=params).object)

    def rewrite(self, page: Stored, storage: str, message: str) -> bool:
        """Without a space and ancestors the page stays where it is."""
        body = {
            "id": page.id,
            "type": "page",
            "status": page.status,
            "title": page.title,
            "body": {"storage": {"value": storage, "representation": "storage"}},
            "version": {"number": page.version + 1, "message": message},
        }
        return was_next(lambda: self._http.put(f"/rest/api/content/{segment(page.id)}", body))

    def mark(self, page_id: str) -> Mark | None:
        path = f"/rest/api/content/{segment(page_id)}/property/{mapping.PROPERTY}"
        try:
            return mapping.mark_of(self._http.get(path).object)
        except NotFound:
            return None

    def put_mark(self, page_id: str, mark: Mark) -> None:
        path = f"/rest/api/content/{segment(page_id)}/property"
        self._http.post(path, {"key": mapping.PROPERTY, "value": mark.as_json()})

    def label(self, page_id: str, labels: Iterable[str]) -> None:
        body = [{"prefix": "global", "name": label} for label in labels]
        self._http.post(f"/rest/api/content/{segment(page_id)}/label", body)

    def attach(self, page_id: str, file: str, png: bytes) -> None:
        """A name that is taken is refused, so it is looked for first."""
        path = f"/rest/api/content/{segment(page_id)}/child/attachment"
        if not list(listed(self._http, path, {"filename": file})):
            self._http.post(path, files=form(file, png), headers=NO_FORGERY)

    def stamps(self, page_ids: Sequence[str]) -> Mapping[str, str]:
        """One request for 50 pages: the index says which there are, the store how they are.

        The index is behind: what it does not know (yet) is asked for one by one.
        """
        found: dict[str, str | None] = {}
        for start in range(0, len(page_ids), MOST_IDS):
            ids = ",".join(page_ids[start : start + MOST_IDS])
            params = {"cql": f"id in ({ids})", "expand": "version", "limit": MOST_IDS}
            for raw in listed(self._http, "/rest/api/content/search", params):
                page = mapping.from_v1(raw)
                found[page.id] = mapping.stamp(page)
        for page_id in page_ids:
            if page_id not in found:
                found[page_id] = self._stamp(page_id)
        return {page_id: stamp for page_id, stamp in found.items() if stamp is not None}

    def _stamp(self, page_id: str) -> str | None:
        try:
            path = f"/rest/api/content/{segment(page_id)}"
            raw = self._http.get(path, params={"expand": "version"}).object
        except NotFound:
            return None
        return mapping.stamp(mapping.from_v1(raw))

    def names(self, mentions: Sequence[Mention]) -> Mapping[str, str]:
        """One request for each person; one who is gone, or not shown to us, gets no name."""
        found: dict[str, str] = {}
        for one in mentions:
            if (parameter := _PARAMETER.get(one.kind)) is None:
                continue
            try:
                raw = self._http.get("/rest/api/user", params={parameter: one.id}).object
            except (NotAllowed, Rejected):
                continue
            if name := name_of(raw):
                found[one.id] = name
        return found
