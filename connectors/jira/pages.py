"""Issues of Jira as a PageStore: the post-mortem is the description of an issue.

For workspaces without Confluence. The page is written once; people edit the description after.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from connectors.http import segment
from connectors.jira.client import JiraClient
from connectors.jira.mapping import raw as read
from connectors.jira.mapping.keys import Kind
from connectors.jira.tracker import checkup, making, tickets
from connectors.jira.tracker.making import PROPERTY
from service.domain.remote import Page, Presence
from service.ports import Health, NotFound, Rejected, TicketCell, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import timedelta

    from connectors.jira.client import Raw
    from connectors.jira.mapping.keys import Closing
    from connectors.jira.settings import JiraSettings
    from service.domain.document import Document
    from service.domain.tracking import Project

LABEL = "closeout-page"
STAMPS = 100  # issues in one request

_FIELDS = "summary,description,updated,archiveddate"


class JiraPages:
    """The post-mortem issues of one Jira site."""

    def __init__(self, client: JiraClient) -> None:
        self.client = client

    @classmethod
    def from_settings(cls, settings: JiraSettings) -> JiraPages:
        """Build a page store; nothing is sent before the first call."""
        return cls(JiraClient(settings))

    def ensure_page(
        self,
        project: Project,
        marker: str,
        title: str,
        body: Document,
        *,
        tried: timedelta | None = None,
    ) -> Page:
        """Make the issue once, linked to the closing object, and return it as it reads back."""
        target = tickets.own(self.client, project)
        draft = making.IssueDraft(
            project=self._home(target, project),
            kind=self.client.settings.page_type,
            summary=title,
            body=body,
            labels=(LABEL,),
            said={"project": project.ref.key},
        )
        issue_id = making.ensure_issue(self.client, marker, draft, tried)
        if target is not None and target.kind is Kind.ISSUE:
            tickets.softly(
                "link to the closing issue",
                lambda: tickets.relate(self.client, issue_id, target.id),
            )
        return self.page(issue_id)

    def page(self, page_id: str) -> Page:
        """Read the issue; `project_key` is what our property on it says."""
        params = {"fields": _FIELDS, "properties": PROPERTY}
        path = f"{self.client.api}/issue/{segment(page_id)}"
        try:
            raw = self.client.http.get(path, params=params).object
        except NotFound:
            return Page(page_id, "", "", Presence.MISSING, None, None, None)
        return self._page(raw)

    def ensure_ticket_cells(self, page_id: str, cells: Sequence[TicketCell]) -> None:
        """Leave the issue as it is: a description has no version check, and people may be writing."""

    def stamps(self, page_ids: Sequence[str]) -> Mapping[str, str]:
        """Map each page to the instant of its last change."""
        return {
            read.ident(raw, "id"): read.text(read.part(raw, "fields"), "updated")
            for ids in _chunks(dict.fromkeys(page_ids))
            for raw in self._listed(ids)
        }

    def check_up(self) -> Sequence[Health]:
        """Say whether credentials, project and issue type are as they must be."""
        token = checkup.token(self.client)
        settings = self.client.settings
        project = settings.pages_project or settings.tickets_project
        if not token.good:
            return [token]
        if project is None:
            finding = "go to the Jira project of each closing object"
            return [token, Health("pages", good=True, finding=finding)]
        return [token, checkup.target(self.client, "pages", project, settings.page_type, "pages")]

    def _home(self, target: Closing | None, project: Project) -> str:
        """Return the Jira project that gets the page: the configured one, else the object's own."""
        settings = self.client.settings
        wanted = settings.pages_project or settings.tickets_project
        if wanted is not None:
            return wanted
        if target is None:
            raise Rejected(
                f"{project.name} is not of this Jira: set pages_project to the key of the Jira"
                " project that is to get its post-mortem"
            )
        return tickets.project_of(self.client, target)

    def _page(self, raw: Raw) -> Page:
        fields = read.part(raw, "fields")
        archived = read.maybe_text(fields, "archiveddate") is not None
        said = (read.maybe_part(raw, "properties") or {}).get(PROPERTY)
        project_key = said.get("project") if isinstance(said, dict) else None
        content = making.unrich(self.client, fields.get("description"))
        return Page(
            id=read.ident(raw, "id"),
            url=self.client.browse(read.text(raw, "key")),
            title=read.maybe_text(fields, "summary") or "",
            presence=Presence.ARCHIVED if archived else Presence.PRESENT,
            content=None if archived else content,
            updated_at=read.maybe_instant(fields, "updated"),
            project_key=project_key if isinstance(project_key, str) else None,
        )

    def _listed(self, ids: list[str]) -> list[Raw]:
        client = self.client
        path, body = f"{client.api}/issue/bulkfetch", dict[str, object]()
        if client.cloud:
            body |= {"issueIdsOrKeys": ids, "fields": ["updated"]}
        else:
            path = f"{client.api}/search"
            body |= {
                "jql": f"id in ({','.join(ids)}) ORDER BY id",
                "fields": ["updated"],
                "maxResults": STAMPS,
                "validateQuery": False,
            }
        answer = client.http.post(path, body).object
        if not isinstance(answer.get("issues"), list):
            raise Unavailable("Jira's answer to which pages were changed names no issues")
        return [dict(one) for one in read.parts(answer, "issues")]


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while chunk := list(islice(rest, STAMPS)):
        yield chunk
