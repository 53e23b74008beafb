"""Import the working time of a time sheet: look first, and keep it only where that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.recorded_time import HOUR, Choice, TimeImport, TimeSheet, time_import
from service.domain.words import counted
from service.flows.facts import refuse_closed, time_key, unreadable
from service.records import Note

if TYPE_CHECKING:
    from service.domain.tracking import Project
    from service.flows.tools import Tools


def import_hours(
    project: Project, sheet: TimeSheet, choice: Choice, *, apply: bool, tools: Tools
) -> TimeImport:
    """Sort a sheet out against the project's issues and times, and keep what is new with `apply`.

    Raises Refused where the report is closed.
    """
    refuse_closed(project.ref, tools=tools)
    key = time_key(project.ref, tools=tools)
    found = time_import(
        sheet,
        tools.tracker.issues(project),
        tools.store.imported_time(project.ref),
        choice,
        timezone=tools.timezone,
        unreadable=lambda person: unreadable(key, person),
    )

    if apply and found.added:
        tools.store.import_time(project.ref, found.added, tools.now(), instead_of=found.instead_of)
        closeout = tools.store.closeout(project.ref)
        hours = sum(entry.seconds for entry in found.added) / HOUR
        entries = counted(len(found.added), "time entry", "time entries")
        words = f"Imported {entries} of {project.name} ({hours:g} h, {found.source})"
        about = closeout.id if closeout else None
        tools.store.note(Note(tools.now(), words, about, project.ref.workspace))
    return found
