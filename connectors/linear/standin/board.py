"""What people do with issues by hand: each is made as the person named in `by`."""

from __future__ import annotations

from typing import Any

from connectors._standin.control import Unclear
from connectors.linear.standin import issue_changes
from connectors.linear.standin.entities import Issue, IssueRelation
from connectors.linear.standin.errors import Refused
from connectors.linear.standin.lookup import Lookup, day


class Board(Lookup):
    """The issues, as people handle them."""

    def create_issue(
        self,
        team: str,
        title: str,
        by: str | None = None,
        project: str | None = None,
        assignee: str | None = None,
        state: str | None = None,
        estimate: float | None = None,
        description: str | None = None,
    ) -> Issue:
        """Create an issue."""
        of = self.team(team)
        with self.act(by) as act:
            in_state = self._state(of.id, state) if state else None
            number, identifier = issue_changes.next_identifier(of)
            issue = Issue(
                **self._stamped(act),
                number=number,
                identifier=identifier,
                title=title,
                url=issue_changes.issue_url(act, identifier, title),
                team_id=of.id,
                state_id=(in_state or issue_changes.default_state(self.world, of)).id,
                creator_id=act.actor.id,
                project_id=self.project(project).id if project else None,
                assignee_id=self.person(assignee).id if assignee else None,
                estimate=estimate,
                description=description,
            )
            return issue_changes.create_issue(act, issue)

    def move_issue(self, issue: str, state: str, by: str | None = None) -> Issue:
        """Move an issue to a state of its team, given by name or type."""
        team_id = self.issue(issue).team_id
        return self._update_issue(issue, {"state_id": self._state(team_id, state).id}, by)

    def assign_issue(self, issue: str, assignee: str | None = None, by: str | None = None) -> Issue:
        """Assign an issue, or take its assignee away."""
        assignee_id = self.person(assignee).id if assignee else None
        return self._update_issue(issue, {"assignee_id": assignee_id}, by)

    def estimate_issue(
        self, issue: str, estimate: float | None = None, by: str | None = None
    ) -> Issue:
        """Estimate an issue, or take its estimate away."""
        return self._update_issue(issue, {"estimate": estimate}, by)

    def schedule_issue(
        self, issue: str, due_date: str | None = None, by: str | None = None
    ) -> Issue:
        """Set the day an issue is due, `YYYY-MM-DD`, or none."""
        return self._update_issue(issue, {"due_date": day(due_date)}, by)

    def put_issue_in_project(
        self, issue: str, project: str | None = None, by: str | None = None
    ) -> Issue:
        """Move an issue into a project, or out of any."""
        project_id = self.project(project).id if project else None
        return self._update_issue(issue, {"project_id": project_id}, by)

    def move_issue_to_team(self, issue: str, team: str, by: str | None = None) -> Issue:
        """Move an issue to another team, where it gets another identifier."""
        return self._update_issue(issue, {"team_id": self.team(team).id}, by)

    def add_label(self, issue: str, label: str, by: str | None = None) -> Issue:
        """Put a label on an issue."""
        return self._update_issue(issue, {"added_label_ids": [self.label(label).id]}, by)

    def remove_label(self, issue: str, label: str, by: str | None = None) -> Issue:
        """Take a label off an issue."""
        return self._update_issue(issue, {"removed_label_ids": [self.label(label).id]}, by)

    def mark_duplicate(self, issue: str, of: str, by: str | None = None) -> IssueRelation:
        """Close an issue as a duplicate of another one."""
        source, other = self.issue(issue), self.issue(of)
        with self.act(by) as act:
            relation = IssueRelation(
                **self._stamped(act),
                issue_id=source.id,
                related_issue_id=other.id,
                type="duplicate",
            )
            return issue_changes.relate(act, relation)

    def _update_issue(self, ref: str, changes: dict[str, Any], by: str | None) -> Issue:
        with self.act(by) as act:
            try:
                return issue_changes.update_issue(act, self.issue(ref), changes)
            except Refused as refused:
                raise Unclear(refused.message) from None
