"""Confluence: post-mortem pages in a space of Cloud or Data Center, and Data Center's webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.confluence.settings import ConfluenceSettings
from service.ports import Connector

if TYPE_CHECKING:
    from service.ports import PageStore, Webhook


def _own(settings: object) -> ConfluenceSettings:
    if not isinstance(settings, ConfluenceSettings):
        raise TypeError(f"ConfluenceSettings expected, not {type(settings).__name__}")
    return settings


# What a role needs is imported when the role is built: a process that only receives webhooks
# needs neither requests nor an XML parser.


def _webhook(settings: object) -> Webhook:
    from connectors.confluence.webhook import ConfluenceWebhook

    return ConfluenceWebhook.from_settings(_own(settings))


def _pages(settings: object) -> PageStore:
    from connectors.confluence.pages import ConfluencePages

    return ConfluencePages.from_settings(_own(settings))


CONNECTOR = Connector(
    name="confluence",
    settings=ConfluenceSettings,
    webhook=_webhook,
    pages=_pages,
)
