"""Linear: projects, issues and documents over GraphQL, and webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.linear.settings import LinearSettings
from service.ports import Connector

if TYPE_CHECKING:
    from service.ports import PageStore, Tracker, Webhook

MAX_BODY = 5 * 1024 * 1024  # what Linear's own webhook handler takes at most


def _own(settings: object) -> LinearSettings:
    if not isinstance(settings, LinearSettings):
        raise TypeError(f"LinearSettings expected, not {type(settings).__name__}")
    return settings


# What a role needs is imported when the role is built: gql alone costs a quarter of a second,
# and a process that only receives webhooks never needs it.


def _webhook(settings: object) -> Webhook:
    from connectors.linear.webhook import LinearWebhook

    return LinearWebhook.from_settings(_own(settings))


def _tracker(settings: object) -> Tracker:
    from connectors.linear.tracker import LinearTracker

    return LinearTracker.from_settings(_own(settings))


def _pages(settings: object) -> PageStore:
    from connectors.linear.pages import LinearPages

    return LinearPages.from_settings(_own(settings))


CONNECTOR = Connector(
    name="linear",
    settings=LinearSettings,
    webhook=_webhook,
    tracker=_tracker,
    pages=_pages,
    max_body=MAX_BODY,
)
