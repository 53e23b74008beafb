"""What people do with issues by hand: each is made as the person named in `by`."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from connectors._standin.control import Unclear
from connectors.linear.standin import issue_changes
from connectors.linear.standin.entities import Cycle, Issue, IssueRelation
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

    def put_issue_in_milestone(
        self, issue: str, milestone: str | None = None, by: str | None = None
    ) -> Issue:
        """Put an issue into a milestone of its project, or out of any."""
        milestone_id = None
        if milestone:
            milestone_id = self.milestone(self.issue(issue).project_id, milestone).id
        return self._update_issue(issue, {"project_milestone_id": milestone_id}, by)

    def plan_cycle(self, team: str, starts: str, ends: str, by: str | None = None) -> Cycle:
        """Plan a cycle of a team, from one day (`YYYY-MM-DD`) to before the other."""
        of, first, last = self.team(team), day(starts), day(ends)
        if first is None or last is None or first >= last:
            raise Unclear(f"no cycle lasts from {starts!r} to before {ends!r}")
        with self.act(by) as act:
            others = [one for one in self.world.cycles.values() if one.team_id == of.id]
            cycle = Cycle(
                **self._stamped(act),
                number=float(len(others) + 1),
                team_id=of.id,
                starts_at=datetime.combine(first, time.min, UTC),
                ends_at=datetime.combine(last, time.min, UTC) - timedelta(milliseconds=1),
            )
            of.cycles_enabled = True
            self.world.add(cycle)
            act.record("cycleCreate", cycle, number=cycle.number)
            return cycle

    def put_issue_in_cycle(
        self, issue: str, cycle: int | None = None, by: str | None = None
    ) -> Issue:
        """Put an issue into a cycle of its team, given by number, or out of any."""
        team_id = self.issue(issue).team_id
        cycle_id = None if cycle is None else self.cycle(team_id, cycle).id
        return self._update_issue(issue, {"cycle_id": cycle_id}, by)

    def edit_issue(
        self,
        issue: str,
        title: str | None = None,
        description: str | None = None,
        by: str | None = None,
    ) -> Issue:
        """Rewrite the words that are given."""
        given = {"title": title, "description": description}
        return self._update_issue(issue, {k: v for k, v in given.items() if v is not None}, by)

    def auto_close_issue(self, issue: str) -> Issue:
        """Close a stale issue, as Linear does by itself where a team wants it: as canceled."""
        found = self.issue(issue)
        with self.act(None) as act:
            state = self._state(found.team_id, "canceled")
            return issue_changes.auto_close_issue(act, found, state)

    def block_issue(self, issue: str, blocker: str, by: str | None = None) -> IssueRelation:
        """Let an issue wait for another one."""
        return self._relate(blocker, issue, "blocks", by)

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
        return self._relate(issue, of, "duplicate", by)

    def _relate(self, source: str, other: str, kind: str, by: str | None) -> IssueRelation:
        ends = self.issue(source), self.issue(other)
        with self.act(by) as act:
            relation = IssueRelation(
                **self._stamped(act), issue_id=ends[0].id, related_issue_id=ends[1].id, type=kind
            )
            return issue_changes.relate(act, relation)

    def _update_issue(self, ref: str, changes: dict[str, Any], by: str | None) -> Issue:
        with self.act(by) as act:
            try:
                return issue_changes.update_issue(act, self.issue(ref), changes)
            except Refused as refused:
                raise Unclear(refused.message) from None
