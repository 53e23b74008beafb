"""The configuration: what is wrong is one line that names the key and what is allowed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from service import settings
from service.calendars import WorkingDays
from service.domain.metrics import StatusSets
from service.domain.money import Exchange, Money, Rate
from service.settings import BadSettings, Settings
from tests.conftest import PROJECT

KEY, SECRET = "lin_api_0123456789", "signing-secret-0123456789"
ENVIRON = {"ACME_KEY": KEY, "ACME_SECRET": SECRET, "EMPTY": ""}


def a_file(**sections: dict[str, Any]) -> dict[str, object]:
    """Return a configuration that is right, with the sections given put over it."""
    space = {"connector": "linear", "api_key": "env:ACME_KEY", **sections.pop("space", {})}
    others = sections.pop("others", {})
    return {**sections, "workspaces": {"acme": space, **others}}


def parsed(raw: dict[str, object], folder: Path = PROJECT, **environ: str) -> Settings:
    return settings.parse(raw, folder, {**ENVIRON, **environ})


def refusal(raw: dict[str, object], folder: Path = PROJECT, **environ: str) -> str:
    """Return the line a configuration is refused with."""
    with pytest.raises(BadSettings) as refused:
        parsed(raw, folder, **environ)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        pytest.param(
            {"nonsense": {}},
            "unknown section [nonsense]; there are: closeout, clock, web, calendar, finances, workspaces",
            id="an unknown section",
        ),
        pytest.param({"clock": 5}, "clock must be a section: [clock]", id="no section"),
        pytest.param(
            a_file(clock={"sweep": "5m"}),
            "clock.sweep is unknown; allowed: holds_per_hour, lease, pages_every, sweep_every",
            id="an unknown key",
        ),
        pytest.param(
            a_file(clock={"sweep_every": "5 minutes"}),
            "clock.sweep_every must be a duration such as 30s, 5m or 24h",
            id="no duration",
        ),
        pytest.param(
            a_file(clock={"sweep_every": 300}),
            "clock.sweep_every must be a duration such as 30s, 5m or 24h",
            id="a duration without its unit",
        ),
        pytest.param(
            a_file(clock={"holds_per_hour": "three"}),
            "clock.holds_per_hour must be a whole number",
            id="no number",
        ),
        pytest.param(
            a_file(clock={"holds_per_hour": 0}),
            "clock.holds_per_hour must be greater than or equal to 1",
            id="too small a number",
        ),
        pytest.param(
            a_file(calendar={"country": "Germany"}),
            "calendar.country must be a country such as DE or US, by its ISO code",
            id="no country",
        ),
        pytest.param(
            a_file(calendar={"country": "DE", "region": "ZZ"}),
            "calendar.region must be one of BB, BE",
            id="no region of the country",
        ),
        pytest.param(
            a_file(calendar={"region": "BY"}),
            "calendar.region needs calendar.country",
            id="a region without its country",
        ),
        pytest.param(
            a_file(calendar={"weekend": ["Samstag"]}),
            "calendar.weekend.0 must be one of monday, tuesday",
            id="no day of the week",
        ),
        pytest.param(
            a_file(calendar={"half_days": ["24.12."]}),
            "calendar.half_days.0 must be a month and a day such as 12-24",
            id="no day of the year",
        ),
        pytest.param(
            a_file(finances={"currency": "€"}),
            "finances.currency must be a currency by its ISO code, such as EUR",
            id="no currency",
        ),
        pytest.param(
            a_file(space={"statuses": {"finished": []}}),
            "workspaces.acme.statuses.finished is unknown",
            id="no kind of status",
        ),
        pytest.param(
            a_file(space={"statuses": ["Done"]}),
            "workspaces.acme.statuses must be a table such as { active",
            id="statuses without their kind",
        ),
        pytest.param(
            a_file(space={"statuses": {"done": ["Shipped"], "dropped": ["shipped"]}}),
            "workspaces.acme.statuses: the status 'shipped' is named in both done and dropped",
            id="a status of two kinds",
        ),
        pytest.param(
            a_file(closeout={"timezone": "Berlin"}),
            "closeout.timezone must be a time zone such as Europe/Berlin",
            id="no time zone",
        ),
        pytest.param(
            a_file(closeout={"timezone": 1}),
            "closeout.timezone must be a time zone such as Europe/Berlin",
            id="a number for a time zone",
        ),
        pytest.param(
            a_file(closeout={"public_url": "closeout.example.com"}),
            "closeout.public_url must be an address such as https://closeout.example.com",
            id="no address",
        ),
        pytest.param(
            a_file(closeout={"redis_url": "localhost:6379"}),
            'closeout.redis_url must be empty, or an address such as "redis://localhost:6379/0"',
            id="no Redis address",
        ),
        pytest.param(
            a_file(closeout={"public_url": 8080}),
            "closeout.public_url must be words in quotation marks",
            id="a number for words",
        ),
        pytest.param(
            a_file(closeout={"database_url": ""}),
            "closeout.database_url must not be empty",
            id="an empty address",
        ),
        pytest.param(
            a_file(closeout={"api_tokens": 7}),
            'closeout.api_tokens must be a list such as ["…", "…"]',
            id="no list",
        ),
        pytest.param(
            a_file(closeout={"policy": "strict"}),
            "no strict.toml in policies/; there are: default",
            id="an unknown policy",
        ),
        pytest.param(
            a_file(web={"trusted_proxies": ["proxy"], "user_header": "X-User"}),
            "web.trusted_proxies.0 must be an address or a network such as 10.0.0.0/8",
            id="no network",
        ),
        pytest.param(
            a_file(web={"user_header": "X-User"}),
            "web.user_header needs web.trusted_proxies: the header is believed from these only",
            id="a header from anybody",
        ),
        pytest.param(
            {"workspaces": []},
            "workspaces must be sections such as [workspaces.acme-linear]",
            id="workspaces that are no sections",
        ),
        pytest.param(
            {"workspaces": {"Acme!": {}}},
            "workspaces.Acme!: a workspace is named in small letters, digits and dashes",
            id="a workspace's name",
        ),
        pytest.param(
            {"workspaces": {"acme": 1}},
            "workspaces.acme must be a section such as [workspaces.acme]",
            id="a workspace that is no section",
        ),
        pytest.param(
            {"workspaces": {"acme": {}}},
            "workspaces.acme.connector is missing: the tool's name, such as 'linear'",
            id="no connector",
        ),
        pytest.param(
            a_file(space={"connector": "asanna"}),
            "no connector 'asanna'; there are: confluence, jira, linear",
            id="an unknown connector",
        ),
        pytest.param(
            a_file(space={"mode": "block"}),
            "workspaces.acme.mode must be 'observe', 'warn' or 'enforce'",
            id="an unknown mode",
        ),
        pytest.param(
            {"workspaces": {"acme": {"connector": "linear"}}},
            "workspaces.acme.api_key is missing",
            id="a key of the connector is missing",
        ),
        pytest.param(
            a_file(space={"page_size": 71}),
            "workspaces.acme.page_size must be less than or equal to 50",
            id="a key of the connector out of range",
        ),
        pytest.param(
            a_file(space={"pages": "wiki"}),
            "workspaces.acme.pages: no workspace 'wiki'; there are: acme",
            id="unknown pages",
        ),
        pytest.param(
            a_file(space={"tickets": "board"}),
            "workspaces.acme.tickets: no workspace 'board'; there are: acme",
            id="unknown tickets",
        ),
    ],
)
def test_what_is_wrong_is_one_line_that_names_the_key(raw: dict[str, object], line: str) -> None:
    assert refusal(raw).startswith(line)


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        pytest.param("space", "api_key", KEY, id="a key"),
        pytest.param("space", "webhook_secret", [SECRET], id="a signing secret"),
        pytest.param("closeout", "api_tokens", ["a-token"], id="a token"),
        pytest.param("web", "password_hash", "scrypt:1:2:3$a$b", id="a hash"),
        pytest.param("closeout", "database_url", "postgresql://me:pw@db/x", id="in an address"),
        pytest.param("closeout", "redis_url", "redis://:pw@cache/0", id="in another address"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(
    section: str, key: str, value: str | list[str]
) -> None:
    line = refusal(a_file(**{section: {key: value}}))

    assert 'a secret does not stand in the file; write "env:NAME" or "file:PATH"' in line
    assert f".{key}: " in line
    assert str(value if isinstance(value, str) else value[0]) not in line


@pytest.mark.parametrize("name", ["NOWHERE", "EMPTY"])
def test_a_missing_variable_is_named_with_its_key(name: str) -> None:
    line = refusal(a_file(space={"api_key": f"env:{name}"}))

    assert f"workspaces.acme.api_key: the environment variable {name} is not set" == line


def test_a_secret_is_read_from_a_file_without_its_last_line_break(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n", encoding="utf-8")

    found = parsed(a_file(space={"api_key": f"file:{tmp_path / 'key'}"}))

    assert KEY == getattr(found.workspaces["acme"].options, "api_key", None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(None, "No such file or directory", id="not there"),
        pytest.param(b"\n", "is empty", id="empty"),
        pytest.param(b"\xff\xfe", "it is not text", id="no text"),
    ],
)
def test_a_secret_file_that_cannot_be_used_is_named(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)

    line = refusal(a_file(space={"api_key": f"file:{tmp_path / 'key'}"}))

    assert line.startswith("workspaces.acme.api_key: ")
    assert words in line


def test_the_environment_wins_in_every_section() -> None:
    raw = a_file(
        closeout={"timezone": "UTC"},
        clock={"sweep_every": "5m"},
        web={"host": "127.0.0.1"},
        space={"mode": "observe"},
    )

    found = parsed(
        raw,
        CLOSEOUT_TIMEZONE="Europe/Berlin",
        CLOSEOUT_API_TOKENS="one-token, another-token",
        CLOSEOUT_CLOCK_SWEEP_EVERY="30s",
        CLOSEOUT_CLOCK_HOLDS_PER_HOUR="7",
        CLOSEOUT_WEB_HOST="0.0.0.0",  # noqa: S104  (nothing listens here)
        CLOSEOUT_WEB_TRUSTED_PROXIES='["10.0.0.0/8"]',
        CLOSEOUT_WORKSPACES_ACME_MODE="warn",
        CLOSEOUT_WORKSPACES_ACME_WEBHOOK_SECRET="env:ACME_SECRET",
        CLOSEOUT_WORKSPACES_ACME_PAGE_SIZE="20",
    )

    assert ZoneInfo("Europe/Berlin") == found.closeout.timezone
    assert ("one-token", "another-token") == found.closeout.api_tokens
    assert timedelta(seconds=30) == found.clock.sweep_every
    assert 7 == found.clock.holds_per_hour
    assert ("0.0.0.0", ("10.0.0.0/8",)) == (found.web.host, found.web.trusted_proxies)  # noqa: S104
    acme = found.workspaces["acme"]
    assert "warn" == acme.mode
    assert [SECRET] == getattr(acme.options, "webhook_secret", None)
    assert 20 == getattr(acme.options, "page_size", None)


def test_a_wrong_variable_is_refused_by_the_name_of_its_key() -> None:
    line = refusal(a_file(), CLOSEOUT_CLOCK_SWEEP_EVERY="soon")

    assert "clock.sweep_every must be a duration such as 30s, 5m or 24h" == line


def test_a_wrong_value_is_never_repeated_where_it_may_be_a_secret() -> None:
    line = refusal(a_file(), CLOSEOUT_WORKSPACES_ACME_WEBHOOK_SECRET='["unfinished-secret')

    assert "CLOSEOUT_WORKSPACES_ACME_WEBHOOK_SECRET is not a list as in TOML" in line
    assert "unfinished-secret" not in line


def test_every_secret_is_known_for_striking_it_out() -> None:
    raw = a_file(space={"webhook_secret": ["env:ACME_SECRET"]})

    found = parsed(
        raw,
        CLOSEOUT_API_TOKENS="a-token",
        CLOSEOUT_DATABASE_URL="postgresql+psycopg://me:db-password@db/closeout",
    )

    assert {KEY, SECRET, "a-token", "db-password"} == settings.secrets(found)


def test_no_secret_shows_where_the_settings_are_printed() -> None:
    raw = a_file(space={"webhook_secret": ["env:ACME_SECRET"]})

    found = parsed(raw, CLOSEOUT_API_TOKENS="a-token", CLOSEOUT_REDIS_URL="redis://:pw-1@cache/0")

    assert [] == [secret for secret in settings.secrets(found) if secret in repr(found)]


def test_a_mode_that_is_left_out_holds() -> None:
    assert "enforce" == parsed(a_file()).workspaces["acme"].mode


def test_pages_and_tickets_that_are_left_out_are_the_workspace_itself() -> None:
    acme = parsed(a_file()).workspaces["acme"]

    assert ("acme", "acme") == (acme.pages, acme.tickets)


def test_working_days_are_read_as_they_are_written() -> None:
    keys = {
        "country": "DE",
        "region": "BY",
        "weekend": ["Saturday", "sunday"],
        "half_days": ["12-24"],
    }

    found = parsed(a_file(calendar=keys)).working_days

    assert WorkingDays("DE", "BY", frozenset({5, 6}), frozenset({(12, 24)})) == found
    assert WorkingDays() == parsed(a_file()).working_days


def test_statuses_are_named_by_workspace() -> None:
    space = {"statuses": {"waiting": ["On hold"], "done": ["Shipped"]}}

    found = parsed(a_file(space=space)).workspaces["acme"].status_sets

    assert StatusSets(waiting=frozenset({"On hold"}), done=frozenset({"Shipped"})) == found


RATES = "since,role,person,amount,currency\n"
EXCHANGE = "on,base,quote,rate\n"


def finances_in(folder: Path, **files: str) -> dict[str, object]:
    """Write the files of a configuration and return it."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return a_file(finances={name: f"{name}.csv" for name in files})


def test_hourly_rates_and_exchange_are_read_from_files_beside_the_configuration(
    tmp_path: Path,
) -> None:
    raw = finances_in(
        tmp_path,
        rates=f"\ufeff{RATES}2026-01-01,,,80,EUR\n2026-03-01,design,ada@acme.example,95.50,USD\n\n",
        exchange="quote;base;rate;on\nEUR;USD;0.92;2026-03-02\n",
    )

    found = parsed(raw, tmp_path).finances

    everybody = Rate(date(2026, 1, 1), Money(Decimal(80), "EUR"))
    usd = Money(Decimal("95.50"), "USD")
    ada = Rate(date(2026, 3, 1), usd, "design", "ada@acme.example")
    assert (everybody, ada) == found.rates
    assert (Exchange(date(2026, 3, 2), "USD", "EUR", Decimal("0.92")),) == found.exchanges


def test_costs_are_shown_in_the_currency_that_is_configured() -> None:
    assert "EUR" == parsed(a_file(finances={"currency": "EUR"})).finances.currency
    assert parsed(a_file()).finances.currency is None


@pytest.mark.parametrize(
    ("files", "line"),
    [
        pytest.param(
            {"rates": "since,amount\n"},
            "rates.csv, line 1: the columns must be since, role, person, amount, currency",
            id="columns missing",
        ),
        pytest.param(
            {"rates": f"{RATES}1.3.2026,,,80,EUR\n"},
            "rates.csv, line 2, column since: '1.3.2026' must be a date such as 2026-01-31",
            id="no date",
        ),
        pytest.param(
            {"rates": f"{RATES}2026-01-01,,,80,EUR\n2026-01-01,,,-80,EUR\n"},
            "rates.csv, line 3, column amount: '-80' must be a number above 0 such as 95.50",
            id="a negative amount",
        ),
        pytest.param(
            {"rates": f"{RATES}2026-01-01,,,NaN,EUR\n"},
            "rates.csv, line 2, column amount: 'NaN' must be a number above 0 such as 95.50",
            id="no number",
        ),
        pytest.param(
            {"rates": f"{RATES}2026-01-01,,,80,Euro\n"},
            "rates.csv, line 2, column currency: 'Euro' must be a currency by its ISO code, "
            "such as EUR",
            id="no currency",
        ),
        pytest.param(
            {"rates": f"{RATES}2026-01-01,,80,EUR\n"},
            "rates.csv, line 2: it has 4 values instead of 5",
            id="a value missing",
        ),
        pytest.param(
            {"exchange": f"{EXCHANGE}2026-01-01,EUR,EUR,1\n"},
            "exchange.csv, line 2, column quote: 'EUR' must be another than base",
            id="a currency in itself",
        ),
        pytest.param(
            {"exchange": f"{EXCHANGE}2026-01-01,EUR,USD,0\n"},
            "exchange.csv, line 2, column rate: '0' must be a number above 0 such as 95.50",
            id="worth nothing",
        ),
    ],
)
def test_a_wrong_line_of_a_file_is_named_with_what_is_allowed(
    files: dict[str, str], line: str, tmp_path: Path
) -> None:
    assert f"{tmp_path}/{line}" == refusal(finances_in(tmp_path, **files), tmp_path)


def test_a_file_of_rates_that_is_not_there_is_named(tmp_path: Path) -> None:
    raw = a_file(finances={"rates": "rates.csv"})

    assert f"finances.rates: cannot read {tmp_path}/rates.csv" in refusal(raw, tmp_path)


def test_a_policy_of_ones_own_is_found_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "strict.toml").write_text("actions_min = 4\n", encoding="utf-8")

    found = parsed(a_file(space={"policy": "strict"}), tmp_path)

    policy = found.workspaces["acme"].policy
    assert ("strict", 4) == (policy.name, policy.actions_min)


def test_a_wrong_policy_is_named_by_its_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "strict.toml").write_text("actions_mni = 4\n", encoding="utf-8")

    line = refusal(a_file(space={"policy": "strict"}), tmp_path)

    assert "strict.toml: " in line
    assert "actions_mni" in line


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"[closeout", "is not valid TOML", id="no TOML"),
        pytest.param(b"\xff", "is not valid TOML", id="no text"),
        pytest.param(None, "copy config/closeout.example.toml there", id="not there"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "closeout.toml"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(BadSettings, match=words):
        settings.load(file, ENVIRON)


def test_the_file_is_the_one_that_the_environment_names(tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text('[closeout]\ntimezone = "Asia/Tokyo"\n', encoding="utf-8")

    found = settings.load(environ={"CLOSEOUT_CONFIG": str(file)})

    assert ZoneInfo("Asia/Tokyo") == found.closeout.timezone


def test_the_example_is_right_and_begins_by_observing() -> None:
    environ = {"ACME_LINEAR_KEY": KEY, "ACME_LINEAR_SECRET": SECRET}

    found = settings.load(PROJECT / "config" / "closeout.example.toml", environ)

    assert "observe" == found.workspaces["acme-linear"].mode


def test_the_example_names_every_key() -> None:
    text = (PROJECT / "config" / "closeout.example.toml").read_text(encoding="utf-8")
    manifest = settings.connector("linear").settings
    models = (
        settings.General,
        settings.Clock,
        settings.Web,
        settings.WorkingCalendar,
        settings.Accounting,
        settings.Common,
        settings.Statuses,
        manifest,
    )

    missing = [
        name
        for model in models
        for name in getattr(model, "model_fields", {})
        if f"{name} " not in text
    ]

    assert [] == missing
