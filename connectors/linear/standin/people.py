"""What people do in Linear by hand, as methods: each is made as the person named in `by`."""

from __future__ import annotations

from typing import Any

from connectors._standin.control import Unclear
from connectors.linear.standin import issue_changes, project_changes, text_changes
from connectors.linear.standin.board import Board
from connectors.linear.standin.entities import (
    Comment,
    Document,
    Issue,
    Project,
    ProjectUpdate,
    User,
)
from connectors.linear.standin.lookup import day


class People(Board):
    """Everybody in the organisation, at work."""

    # Projects.

    def set_project_status(self, project: str, status: str, by: str | None = None) -> Project:
        """Move a project into a status, given by name or type."""
        return self._update_project(project, {"status_id": self.status(status).id}, by)

    def close_project(self, project: str, by: str | None = None) -> Project:
        """Complete a project."""
        return self.set_project_status(project, "completed", by)

    def cancel_project(self, project: str, by: str | None = None) -> Project:
        """Cancel a project."""
        return self.set_project_status(project, "canceled", by)

    def reopen_project(self, project: str, by: str | None = None) -> Project:
        """Move a project back into a started status."""
        return self.set_project_status(project, "started", by)

    def plan_project(
        self,
        project: str,
        start_date: str | None = None,
        target_date: str | None = None,
        by: str | None = None,
    ) -> Project:
        """Set the dates that are given, `YYYY-MM-DD`."""
        given = {"start_date": start_date, "target_date": target_date}
        return self._update_project(project, {k: day(v) for k, v in given.items() if v}, by)

    def rename_project(self, project: str, name: str, by: str | None = None) -> Project:
        """Change a project's name."""
        return self._update_project(project, {"name": name}, by)

    def lead_project(self, project: str, lead: str | None = None, by: str | None = None) -> Project:
        """Give a project a lead, or none."""
        lead_id = self.person(lead).id if lead else None
        return self._update_project(project, {"lead_id": lead_id}, by)

    def report(
        self, project: str, body: str, health: str = "onTrack", by: str | None = None
    ) -> ProjectUpdate:
        """Post a status report."""
        if health not in ("onTrack", "atRisk", "offTrack"):
            raise Unclear(f"no health {health!r}; there are: onTrack, atRisk, offTrack")
        found = self.project(project)
        with self.act(by) as act:
            slug = self.world.ids.short()
            update = ProjectUpdate(
                **self._stamped(act),
                body=body,
                health=health,
                project_id=found.id,
                user_id=act.actor.id,
                slug_id=slug,
                url=f"{found.url}/updates#project-update-{slug}",
            )
            return project_changes.post_update(act, update)

    # Text.

    def comment(self, on: str, text: str, by: str | None = None) -> Comment:
        """Comment on a project, an issue or a document."""
        thing = self.thing(on)
        with self.act(by) as act:
            base = self._stamped(act)
            comment = Comment(
                **base,
                body=text,
                url=f"{thing.url}#comment-{base['id'][:8]}",
                user_id=act.actor.id,
                project_id=thing.id if isinstance(thing, Project) else None,
                issue_id=thing.id if isinstance(thing, Issue) else None,
                document_content_id=(
                    thing.document_content_id if isinstance(thing, Document) else None
                ),
            )
            return text_changes.create_comment(act, comment)

    def create_document(
        self, project: str, title: str, content: str = "", by: str | None = None
    ) -> Document:
        """Add a document to a project."""
        project_id = self.project(project).id
        with self.act(by) as act:
            slug = self.world.ids.short()
            document = Document(
                **self._stamped(act),
                title=title,
                content=content,
                slug_id=slug,
                url=f"{self.world.site}/document/{'-'.join(title.lower().split())}-{slug}",
                document_content_id=self.world.ids.uuid(),
                creator_id=act.actor.id,
                updated_by_id=act.actor.id,
                project_id=project_id,
            )
            return text_changes.create_document(act, document)

    def write_document(self, document: str, content: str, by: str | None = None) -> Document:
        """Replace a document's content."""
        return self._update_document(document, {"content": content}, by)

    def edit_document(
        self, document: str, find: str, replace: str, by: str | None = None
    ) -> Document:
        """Replace a piece of a document's content, everywhere it stands."""
        content = self.document(document).content
        if find not in content:
            raise Unclear(f"{find!r} does not stand in the document")
        return self.write_document(document, content.replace(find, replace), by)

    def append_to_document(self, document: str, text: str, by: str | None = None) -> Document:
        """Write something at the end of a document."""
        return self.write_document(document, f"{self.document(document).content}\n\n{text}", by)

    def move_document(self, document: str, project: str, by: str | None = None) -> Document:
        """Move a document to another project."""
        return self._update_document(document, {"project_id": self.project(project).id}, by)

    # Removing and bringing back.

    def trash(self, thing: str, by: str | None = None) -> None:
        """Trash a project, an issue or a document; it can be restored."""
        match self.thing(thing):
            case Project() as project:
                with self.act(by) as act:
                    project_changes.trash_project(act, project)
            case Issue() as issue:
                with self.act(by) as act:
                    issue_changes.archive_issue(act, issue)
            case Document() as document:
                with self.act(by) as act:
                    text_changes.trash_document(act, document)

    def archive(self, thing: str, by: str | None = None) -> None:
        """Archive a project or an issue."""
        found = self.thing(thing)
        with self.act(by) as act:
            if isinstance(found, Project):
                project_changes.trash_project(act, found, trashed=False)
            elif isinstance(found, Issue):
                issue_changes.archive_issue(act, found, trashed=False)
            else:
                raise Unclear("documents are trashed, not archived")

    def restore(self, thing: str, by: str | None = None) -> None:
        """Bring back what was trashed or archived."""
        match self.thing(thing):
            case Project() as project:
                with self.act(by) as act:
                    project_changes.restore_project(act, project)
            case Issue() as issue:
                with self.act(by) as act:
                    issue_changes.restore_issue(act, issue)
            case Document() as document:
                with self.act(by) as act:
                    text_changes.restore_document(act, document)

    def delete(self, thing: str, by: str | None = None) -> None:
        """Remove for good: nobody finds it any more."""
        match self.thing(thing):
            case Project() as project:
                with self.act(by) as act:
                    project_changes.delete_project(act, project)
            case Issue() as issue:
                with self.act(by) as act:
                    issue_changes.delete_issue(act, issue)
            case Document() as document:
                with self.act(by) as act:
                    text_changes.delete_document(act, document)

    # Accounts.

    def deactivate(self, person: str) -> User:
        """Deactivate an account; its keys stop working."""
        return self._activate(person, active=False)

    def reactivate(self, person: str) -> User:
        """Make a deactivated account active again."""
        return self._activate(person, active=True)

    def _activate(self, person: str, *, active: bool) -> User:
        user = self.person(person)
        with self.act(None) as act:
            user.active, user.updated_at = active, act.at
            act.record("userActivate" if active else "userDeactivate", user, name=user.name)
        return user

    def _update_project(self, ref: str, changes: dict[str, Any], by: str | None) -> Project:
        with self.act(by) as act:
            return project_changes.update_project(act, self.project(ref), changes)

    def _update_document(self, ref: str, changes: dict[str, Any], by: str | None) -> Document:
        with self.act(by) as act:
            return text_changes.update_document(act, self.document(ref), changes)
