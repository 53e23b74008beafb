"""What people do in Jira by hand with what can be closed, with texts and with accounts."""

from __future__ import annotations

from typing import Any

from connectors._standin.control import Unclear
from connectors.jira.standin import issue_changes, project_changes, texts
from connectors.jira.standin.catalogue import field_named
from connectors.jira.standin.desk import Desk, day, refused
from connectors.jira.standin.entities import Issue, Project, User, Version


class People(Desk):
    """Everybody on the site, at work."""

    # What can be closed: an issue such as an epic, a version, or a Jira project.

    def close_project(self, project: str, by: str | None = None) -> None:
        """Press Done: move an issue to Done, release a version, archive a Jira project."""
        match self.closing(project):
            case Issue() as issue:
                self.move_issue(issue.id, "done", by)
            case Version() as version:
                self._update_version(version, {"released": True}, by)
            case Project() as found:
                self.archive(f"project:{found.id}", by)

    def cancel_project(self, project: str, by: str | None = None) -> None:
        """Close an issue as something that will not be done."""
        found = self.closing(project)
        if not isinstance(found, Issue):
            raise Unclear("only issues can be closed as not done")
        self.move_issue(found.id, "won't do", by)

    def reopen_project(self, project: str, by: str | None = None) -> None:
        """Move it back: to a status in progress, to unreleased, out of the archive."""
        match self.closing(project):
            case Issue() as issue:
                self.move_issue(issue.id, "in_progress", by)
            case Version() as version:
                self._update_version(version, {"released": False}, by)
            case Project() as found:
                self.restore(f"project:{found.id}", by)

    def set_project_status(self, project: str, status: str, by: str | None = None) -> None:
        """Move an issue that can be closed to a status."""
        found = self.closing(project)
        if not isinstance(found, Issue):
            raise Unclear("only issues have a status")
        self.move_issue(found.id, status, by)

    def plan_project(
        self,
        project: str,
        start_date: str | None = None,
        target_date: str | None = None,
        by: str | None = None,
    ) -> None:
        """Set the dates that are given, `YYYY-MM-DD`."""
        match self.closing(project):
            case Issue() as issue:
                start = field_named(self.world, "Start date")
                given = {start: day(start_date), "duedate": day(target_date)}
                self._edit(issue.id, {k: v for k, v in given.items() if v}, by)
            case Version() as version:
                given = {"start_date": day(start_date), "release_date": day(target_date)}
                self._update_version(version, {k: v for k, v in given.items() if v}, by)
            case Project():
                raise Unclear("Jira projects have no dates")

    def rename_project(self, project: str, name: str, by: str | None = None) -> None:
        """Change its name."""
        match self.closing(project):
            case Issue() as issue:
                self._edit(issue.id, {"summary": name}, by)
            case Version() as version:
                self._update_version(version, {"name": name}, by)
            case Project() as found:
                with self.act(by) as act:
                    project_changes.update(act, found, {"name": name})

    def lead_project(self, project: str, lead: str | None = None, by: str | None = None) -> None:
        """Give it a lead, or none where it can be without."""
        lead_id = self.person(lead).id if lead else None
        match self.closing(project):
            case Issue() as issue:
                self._edit(issue.id, {"assignee": lead_id}, by)
            case Version() as version:
                self._update_version(version, {"driver_id": lead_id}, by)
            case Project() as found:
                if lead_id is None:
                    raise Unclear("a Jira project needs a lead")
                with self.act(by) as act:
                    project_changes.update(act, found, {"lead_id": lead_id})

    def create_version(self, team: str, name: str, by: str | None = None) -> Version:
        """Add a version to a Jira project."""
        of = self.team(team)
        with self.act(by) as act:
            made: Version = refused(lambda: project_changes.create_version(act, of, {"name": name}))
            return made

    def merge_versions(self, version: str, into: str, by: str | None = None) -> None:
        """Merge a version into another one."""
        gone, kept = self.version(version), self.version(into)
        with self.act(by) as act:
            project_changes.delete_version(act, gone, kept)

    def _update_version(self, version: Version, changes: dict[str, Any], by: str | None) -> None:
        with self.act(by) as act:
            project = self.world.projects[version.project_id]
            refused(lambda: issue_changes.read_only_project(project))
            project_changes.update_version(act, version, changes)

    # Text: a page is an issue whose description is a document.

    def write_document(self, document: str, content: str, by: str | None = None) -> Issue:
        """Replace the description of an issue, in Markdown, as the editor keeps it."""
        written = texts.written(content, cloud=self.world.cloud)
        return self._edit(document, {"description": written}, by)

    def edit_document(self, document: str, find: str, replace: str, by: str | None = None) -> Issue:
        """Replace a piece of an issue's description, everywhere it stands."""
        content = texts.markdown(self.issue(document).values.get("description"))
        if find not in content:
            raise Unclear(f"{find!r} does not stand in the description")
        return self.write_document(document, content.replace(find, replace), by)

    def append_to_document(self, document: str, text: str, by: str | None = None) -> Issue:
        """Write something at the end of an issue's description."""
        content = texts.markdown(self.issue(document).values.get("description"))
        return self.write_document(document, f"{content}\n\n{text}", by)

    # Removing and bringing back.

    def trash(self, thing: str, by: str | None = None) -> None:
        """Move a Jira project to the trash; issues and versions have none."""
        found = self.closing(thing)
        if not isinstance(found, Project) or not self.world.cloud:
            raise Unclear("only Jira projects on Cloud go to the trash; delete it")
        with self.act(by) as act:
            project_changes.trash(act, found)

    def archive(self, thing: str, by: str | None = None) -> None:
        """Archive a Jira project or a version."""
        found = self.closing(thing)
        if isinstance(found, Version):
            self._update_version(found, {"archived": True}, by)
            return
        if not isinstance(found, Project) or not found.live:
            raise Unclear("only live Jira projects and versions are archived")
        with self.act(by) as act:
            project_changes.archive(act, found)

    def restore(self, thing: str, by: str | None = None) -> None:
        """Bring a Jira project or a version back from the archive, a project from the trash."""
        found = self.closing(thing)
        if isinstance(found, Version):
            self._update_version(found, {"archived": False}, by)
            return
        if not isinstance(found, Project):
            raise Unclear("issues are not archived")
        with self.act(by) as act:
            refused(lambda: project_changes.restore(act, found))

    def delete(self, thing: str, by: str | None = None) -> None:
        """Remove for good: nobody finds it any more."""
        found = self.closing(thing)
        with self.act(by) as act:
            match found:
                case Issue():
                    issue_changes.delete(act, found)
                case Version():
                    project_changes.delete_version(act, found)
                case Project():
                    project_changes.delete(act, found)

    # Accounts.

    def deactivate(self, person: str) -> User:
        """Deactivate an account; its tokens stop working."""
        return self._activate(person, active=False)

    def reactivate(self, person: str) -> User:
        """Make a deactivated account active again."""
        return self._activate(person, active=True)

    def _activate(self, person: str, *, active: bool) -> User:
        user = self.person(person)
        with self.act(None) as act:
            user.active = active
            act.record("updateUser", "user", user.id, active=active)
        return user
