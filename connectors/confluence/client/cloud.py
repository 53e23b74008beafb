"""Confluence Cloud: its second interface (`/api/v2`), and the first for what that cannot do."""

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

MOST_IDS = 250
# A draft does not hold its title, and the list does not take that status.
_EVERY_STATUS = "current,archived,trashed"


class CloudClient:
    """A connection to one Cloud site, by the site's address or the gateway's."""

    deployment: ClassVar[Deployment] = Deployment.CLOUD

    def __init__(self, http: Http, space: str) -> None:
        self._http = http
        self._space = space

    def me(self) -> str:
        return signed_in(self._http.get("/rest/api/user/current").object)

    def space(self) -> Space:
        params = {"keys": self._space, "limit": 1}
        for raw in listed(self._http, "/api/v2/spaces", params):
            key, name = of.text(raw, "key"), of.maybe_text(raw, "name")
            archived = raw.get("status") == "archived"
            return Space(of.text(raw, "id"), key, name or key, archived)
        raise NotFound(f"Confluence shows no space {self._space} to our account")

    def may_create(self, space: Space) -> bool | None:
        raw = self._http.get(f"/api/v2/spaces/{segment(space.id)}/operations").object
        return any(
            one.get("operation") == "create" and one.get("targetType") == "page"
            for one in of.parts(raw, "operations")
        )

    def page(self, page_id: str) -> Stored:
        """Read a page as ADF; where Confluence gives none, as storage format."""
        found = self._page(page_id, "atlas_doc_format")
        if found.adf is None and found.status == "current":
            found = self._page(page_id, "storage")
        return found

    def _page(self, page_id: str, representation: str) -> Stored:
        path = f"/api/v2/pages/{segment(page_id)}"
        params = {
            "body-format": representation,
            "status": _EVERY_STATUS,
            "include-properties": "true",
        }
        try:
            raw = self._http.get(path, params=params).object
        except NotFound:
            need(self.space, self._space)
            raise
        return mapping.from_v2(raw)

    def titled(self, space: Space, title: str) -> Sequence[Stored]:
        params = {
            "space-id": space.id,
            "title": title,
            "status": _EVERY_STATUS,
            "body-format": "storage",
            "limit": MOST_IDS,
        }
        return [mapping.from_v2(raw) for raw in listed(self._http, "/api/v2/pages", params)]

    def create(self, space: Space, title: str, storage: str, parent_id: str | None) -> Stored:
        body: dict[str, object] = {
            "spaceId": space.id,
            "status": "current",
            "title": title,
            "body": {"representation": "storage", "value": storage},
        }
        if parent_id is not None:
            body["parentId"] = parent_id
        return mapping.from_v2(self._http.post("/api/v2/pages", body).object)

    def text(self, page_id: str) -> Stored:
        return self._page(page_id, "storage")

    def rewrite(self, page: Stored, storage: str, message: str) -> bool:
        """Without a space and a parent the page stays where it is."""
        body = {
            "id": page.id,
            "status": page.status,
            "title": page.title,
            "body": {"representation": "storage", "value": storage},
            "version": {"number": page.version + 1, "message": message},
        }
        return was_next(lambda: self._http.put(f"/api/v2/pages/{segment(page.id)}", body))

    def mark(self, page_id: str) -> Mark | None:
        path = f"/api/v2/pages/{segment(page_id)}/properties"
        return mapping.mark_among(listed(self._http, path, {"key": mapping.PROPERTY}))

    def put_mark(self, page_id: str, mark: Mark) -> None:
        path = f"/api/v2/pages/{segment(page_id)}/properties"
        self._http.post(path, {"key": mapping.PROPERTY, "value": mark.as_json()})

    def label(self, page_id: str, labels: Iterable[str]) -> None:
        """Labels cannot be written by the second interface."""
        body = [{"prefix": "global", "name": label} for label in labels]
        self._http.post(f"/rest/api/content/{segment(page_id)}/label", body)

    def attach(self, page_id: str, file: str, png: bytes) -> None:
        """Nor can files; a second time makes another version of the same one."""
        path = f"/rest/api/content/{segment(page_id)}/child/attachment"
        self._http.put(path, files=form(file, png), headers=NO_FORGERY)

    def stamps(self, page_ids: Sequence[str]) -> Mapping[str, str]:
        """One request for 250 pages."""
        found: dict[str, str] = {}
        for start in range(0, len(page_ids), MOST_IDS):
            ids = ",".join(page_ids[start : start + MOST_IDS])
            params = {"id": ids, "limit": MOST_IDS}
            for raw in listed(self._http, "/api/v2/pages", params):
                page = mapping.from_v2(raw)
                if (stamp := mapping.stamp(page)) is not None:
                    found[page.id] = stamp
        return found

    def names(self, mentions: Sequence[Mention]) -> Mapping[str, str]:
        """Ask for all of them at once; an account that may not look at people gets no names."""
        ids = [one.id for one in mentions if one.kind == "account-id"]
        found: dict[str, str] = {}
        for start in range(0, len(ids), MOST_IDS):
            body = {"accountIds": ids[start : start + MOST_IDS]}
            try:
                answer = self._http.post("/api/v2/users-bulk", body).object
            except (NotAllowed, Rejected):
                return found
            for raw in of.parts(answer, "results"):
                if name := name_of(raw):
                    found[of.text(raw, "accountId")] = name
        return found
