"""Jira, Cloud and Data Center: issues, versions and projects over REST, and webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.jira.settings import JiraSettings
from service.ports import Connector

if TYPE_CHECKING:
    from service.exports import ExportReader
    from service.ports import Gatekeeper, PageStore, Tracker, Webhook

MAX_BODY = 5 * 1024 * 1024  # Jira sends up to 25 MB; an event that matters to us is far smaller


def _own(settings: object) -> JiraSettings:
    if not isinstance(settings, JiraSettings):
        raise TypeError(f"JiraSettings expected, not {type(settings).__name__}")
    return settings


# What a role needs is imported when the role is built: a process that only receives webhooks never
# needs the jira library.


def _webhook(settings: object) -> Webhook:
    from connectors.jira.webhook import JiraWebhook

    return JiraWebhook.from_settings(_own(settings))


def _tracker(settings: object) -> Tracker:
    from connectors.jira.tracker import JiraTracker

    return JiraTracker.from_settings(_own(settings))


def _pages(settings: object) -> PageStore:
    from connectors.jira.pages import JiraPages

    return JiraPages.from_settings(_own(settings))


def _gate(settings: object) -> Gatekeeper:
    from connectors.jira.gate import JiraGate

    return JiraGate.from_settings(_own(settings))


def _export() -> ExportReader:
    from connectors.jira.export import read_export

    return read_export


CONNECTOR = Connector(
    name="jira",
    settings=JiraSettings,
    webhook=_webhook,
    tracker=_tracker,
    pages=_pages,
    gate=_gate,
    export=_export,
    max_body=MAX_BODY,
)
