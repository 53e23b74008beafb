"""What an export says of the closing object itself: much of an epic, little of a version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from connectors.jira.export.changes import day
from connectors.jira.export.selection import Target
from connectors.jira.mapping import statuses as meaning
from connectors.jira.mapping.closing import LONG_AGO
from connectors.jira.mapping.keys import Kind
from service.domain.history import History
from service.domain.history.issue import date_of
from service.domain.tracking import (
    Field,
    Issue,
    PlanChange,
    Project,
    ProjectRef,
    Status,
    StatusCategory,
)


def of_target(target: Target, site: str) -> Project:
    """Return a version, a Jira project, or an epic that is not in the export itself.

    Jira keeps no record of when a version was made, released or planned anew: its release day is
    the one that somebody wrote last. `site` is the address of the site, for links.
    """
    version = target.version
    released = version is not None and version.released is True
    status = meaning.LIVE
    if target.closing.kind is Kind.VERSION:
        status = meaning.RELEASED if released else meaning.UNRELEASED
    place = "browse" if target.closing.kind is Kind.ISSUE else f"{target.closing.kind}s"
    return Project(
        ref=ProjectRef("", str(target.closing)),
        name=target.word,
        url=f"{site}/{place}/{target.word}",
        status=status,
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
        target_on=_day(version.release_date) if version is not None else None,
        known_as=target.word,
    )


def of_epic(target: Target, own: Issue, statuses: Mapping[str, Status]) -> Project:
    """Return the epic: its due date is the plan, with every change of it."""
    track = History(own).status
    kinds = [_category(one, statuses) for one in track.values]
    entered = [own.created_at, *track.instants]
    closed = [
        at
        for at, before, kind in zip(entered, [None, *kinds], kinds, strict=False)
        if kind.closed and (before is None or not before.closed)
    ]
    started = [
        at for at, kind in zip(entered, kinds, strict=True) if kind is StatusCategory.IN_PROGRESS
    ]
    return Project(
        ref=ProjectRef("", str(target.closing)),
        name=f"{own.key} {own.title}".strip(),
        url=own.url,
        status=own.status,
        created_at=own.created_at,
        updated_at=own.changes[-1].at if own.changes else own.created_at,
        started_at=min(started, default=None),
        closed_at=closed[-1] if own.status.category.closed and closed else None,
        target_on=own.due_on,
        teams=(own.team,) if own.team is not None else (),
        plan_changes=tuple(
            PlanChange(one.at, date_of(one.before), date_of(one.after))
            for one in own.changes
            if one.field is Field.DUE_ON
        ),
        known_as=own.key,
    )


def _category(id_: str | None, statuses: Mapping[str, Status]) -> StatusCategory:
    found = statuses.get(id_ or "")
    return found.category if found is not None else StatusCategory.TODO


def _day(text: str | None) -> date | None:
    return day(text, "fixVersions.releaseDate") if text else None
