"""Inline tasks: what stands in the text, and what the site keeps beside it."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.confluence.standin.entities import Page, Task
from connectors.confluence.standin.errors import Refused
from connectors.confluence.standin.tree import Node, parse, write
from connectors.confluence.standin.world import Act, World


def tasks_in(page: Page) -> Iterator[tuple[str, Node]]:
    """Yield each task of a page's text with its local id."""
    try:
        root = parse(page.storage)
    except Refused:  # kept from before a body was checked
        return
    for node in root.walk():
        if node.name == "ac:task":
            local = node.first("ac:task-id")
            yield (local.text if local is not None else "", node)


def sync_tasks(act: Act, page: Page) -> None:
    """Make the kept tasks of a page what its text says."""
    world = act.world
    known = {t.local_id: t for t in world.tasks.values() if t.page_id == page.id}
    found: set[str] = set()
    for local_id, node in tasks_in(page):
        found.add(local_id)
        task = known.get(local_id)
        if task is None:
            task = Task(world.ids.number(), page.id, local_id, act.actor.id, act.at, act.at)
            world.tasks[task.id] = task
        complete = is_complete(node)
        if complete != task.complete:
            task.complete, task.updated_at = complete, act.at
            task.completed_by = act.actor.id if complete else ""
            task.completed_at = act.at if complete else None
    for local_id, task in known.items():
        if local_id not in found:
            del world.tasks[task.id]


def body_of(world: World, task: Task) -> Node | None:
    """Return the element that holds a task's text."""
    for local_id, node in tasks_in(world.pages[task.page_id]):
        if local_id == task.local_id:
            return node.first("ac:task-body")
    return None


def is_complete(node: Node) -> bool:
    """Say whether a task of the text is ticked."""
    status = node.first("ac:task-status")
    return status is not None and status.text.strip() == "complete"


def ticked(page: Page, local_id: str, *, complete: bool) -> str:
    """Return a page's text with one task ticked, or not any more."""
    root = parse(page.storage)
    for node in root.walk():
        local = node.first("ac:task-id") if node.name == "ac:task" else None
        status = node.first("ac:task-status")
        if local is not None and local.text == local_id and status is not None:
            status.children = ["complete" if complete else "incomplete"]
    return write(root)
