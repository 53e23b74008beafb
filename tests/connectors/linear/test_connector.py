"""The manifest, its settings, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.linear import CONNECTOR
from connectors.linear.pages import LinearPages
from connectors.linear.settings import LinearSettings
from connectors.linear.tracker import LinearTracker
from connectors.linear.webhook import LinearWebhook
from tests.connectors.linear.answers import KEY, SECRET, settings


def test_the_manifest_builds_each_role_without_a_request() -> None:
    assert CONNECTOR.webhook is not None
    assert CONNECTOR.tracker is not None
    assert CONNECTOR.pages is not None

    roles = [build(settings()) for build in (CONNECTOR.webhook, CONNECTOR.tracker, CONNECTOR.pages)]

    assert [LinearWebhook, LinearTracker, LinearPages] == [type(role) for role in roles]
    assert (5 * 1024 * 1024, LinearSettings) == (CONNECTOR.max_body, CONNECTOR.settings)


def test_settings_of_another_connector_are_refused() -> None:
    assert CONNECTOR.tracker is not None

    with pytest.raises(TypeError, match="LinearSettings expected, not dict"):
        CONNECTOR.tracker({"api_key": KEY})


@pytest.mark.parametrize("module", ["connectors.linear", "connectors.linear.webhook"])
def test_receiving_webhooks_costs_no_http_client(module: str) -> None:
    code = f"import sys, {module}; print([m for m in ('gql', 'requests') if m in sys.modules])"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_settings_need_no_more_than_a_key() -> None:
    found = LinearSettings.model_validate({"api_key": KEY})

    assert (
        found.api_url,
        found.webhook_secret,
        found.tickets_team,
        found.webhook_tolerance,
        found.timeout,
        found.page_size,
    ) == ("https://api.linear.app/graphql", [], None, 60, 10, 50)


@pytest.mark.parametrize(
    "changes",
    [
        {"api_key": ""},
        {"api_kee": "x"},
        {"api_url": "api.linear.app"},
        {"api_url": "https://user:pass@api.linear.app/graphql"},
        {"page_size": 51},
        {"page_size": 0},
        {"timeout": 0},
        {"webhook_tolerance": -1},
        {"webhook_secret": "one"},
    ],
)
def test_wrong_settings_are_refused_without_repeating_a_secret(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(**changes)

    assert KEY not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_settings_do_not_show_their_secrets() -> None:
    assert KEY not in repr(settings())
    assert SECRET not in repr(settings())
