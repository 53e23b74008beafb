"""What `closeout doctor` says: whether everything is as it must be, and how to mend what is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from service.embedded import is_loopback
from service.ports import Enforcement, Health, NotAllowed, Rejected, Unavailable
from service.settings import BadSettings
from service.storage import UnusableDatabase, schema_is_current

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.bootstrap import Services
    from service.settings import Settings, Workspace

MINUTE = 60  # seconds
UPGRADE = "run `closeout db upgrade`"
HOLDS = {
    Enforcement.VETO: "{tool} itself refuses a closure that is not met",
    Enforcement.UNDO: "{tool} cannot refuse a closure; Closeout moves the project back in seconds",
    Enforcement.REPORT_ONLY: "{tool} lets nobody move a project back; Closeout can only tell of it",
}
NO_RULE = "elsewhere {tool} refuses no closure, and Closeout moves the project back in seconds"
MODES = {
    "observe": "nothing is written to {tool}; Closeout records what it would have done",
    "warn": "Closeout writes the page and comments; a closed project stays closed",
    "enforce": "a project that is closed too early is moved back, and told why",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what it is about (`closeout`, or a workspace), and how it is."""

    about: str
    health: Health


def examine(services: Services) -> Iterator[Finding]:
    """Look at everything, one finding after the other; writes nothing anywhere."""
    for health in (
        _database(services.settings),
        *_redis(services.settings),
        *_doors(services.settings),
    ):
        yield Finding("closeout", health)
    for space in services.settings.workspaces.values():
        for health in _workspace(services, space):
            yield Finding(space.name, health)


def webhook_url(settings: Settings, workspace: str) -> str:
    """Return the address a workspace's tool is to call."""
    return f"{settings.closeout.public_url}/webhooks/{workspace}"


def signing_secret(space: Workspace) -> str:
    """Return the secret a workspace's deliveries are signed with; others end with a rotation.

    Raises BadSettings where there is none.
    """
    secrets = getattr(space.options, "webhook_secret", None)
    if not secrets:
        raise BadSettings(
            f'workspaces.{space.name}.webhook_secret is missing: ["env:NAME"], with a long random '
            "value of your own in the variable"
        )
    return str(secrets[0])


def _database(settings: Settings) -> Health:
    try:
        current = schema_is_current(settings.closeout.database_url)
    except UnusableDatabase as fault:
        return Health("database", good=False, finding=str(fault), mend="correct database_url")
    except Unavailable as fault:
        mend = "start the database, or correct closeout.database_url"
        return Health("database", good=None, finding=str(fault), mend=mend)
    if current:
        return Health("database", good=True, finding="it answers, and its schema is current")
    if settings.closeout.database_url.startswith("sqlite:"):
        finding = "not current, or not there yet: `closeout serve` makes or upgrades it by itself"
        return Health("database", good=True, finding=finding)
    finding = "its schema is older than this program, or there is none yet"
    return Health("database", good=False, finding=finding, mend=UPGRADE)


def _redis(settings: Settings) -> Iterator[Health]:
    if not settings.closeout.redis_url:
        yield Health("redis", good=True, finding="none: `closeout serve` needs none")
        return
    from service import queue

    try:
        workers = queue.workers(settings.closeout.redis_url)
    except Unavailable as fault:
        mend = "start Redis, or correct closeout.redis_url; until then work waits for the clock"
        yield Health("redis", good=None, finding=str(fault), mend=mend)
        return
    if workers:
        yield Health("redis", good=True, finding=f"it answers; workers: {workers}")
    else:
        finding = "it answers, but no worker is running"
        yield Health("redis", good=False, finding=finding, mend="start `closeout worker`")


def _doors(settings: Settings) -> Iterator[Health]:
    public, web = settings.closeout.public_url, settings.web
    parts = urlsplit(public)
    if is_loopback(parts.hostname or ""):
        seconds = settings.clock.sweep_every.total_seconds()
        every = f"{seconds / 60:g} min" if seconds >= MINUTE else f"{seconds:g} s"
        finding = (
            f"{public}: only this machine reaches it; what a tool elsewhere cannot tell us "
            f"is found by the sweep, every {every}"
        )
        yield Health("public address", good=True, finding=finding)
    elif parts.scheme == "http":
        finding = f"{public} is not encrypted"
        yield Health("public address", good=False, finding=finding, mend="use an https address")
    else:
        yield Health("public address", good=True, finding=public)
    if web.password_hash or web.user_header or is_loopback(web.host):
        yield Health("sign-in", good=True, finding=_sign_in(settings))
    else:
        finding = f"the pages listen on {web.host}, and nobody can sign in"
        mend = "set web.password_hash, or web.user_header with web.trusted_proxies"
        yield Health("sign-in", good=False, finding=finding, mend=mend)
    tokens = len(settings.closeout.api_tokens)
    words = f"tokens: {tokens}" if tokens else "closed: closeout.api_tokens names none"
    yield Health("API", good=True, finding=words)


def _sign_in(settings: Settings) -> str:
    if settings.web.user_header:
        return f"by the header {settings.web.user_header} of the trusted proxies"
    if settings.web.password_hash:
        return "by password"
    return "by the link that `closeout serve` prints"


def _workspace(services: Services, space: Workspace) -> Iterator[Health]:
    made = services.connectors[space.name]
    tool = made.name.capitalize()
    if made.tracker is not None:
        firmly = services.enforcement(space.name)
        holds = f"{firmly.value}: {HOLDS[firmly].format(tool=tool)}"
        if space.name in services.gated:
            holds = (
                f"{firmly.value}, and veto where its own rule stands: {NO_RULE.format(tool=tool)}"
            )
        yield Health("holding", good=firmly is not Enforcement.REPORT_ONLY, finding=holds)
        yield from _gate(services, space)
        mode = f"{space.mode}: {MODES[space.mode].format(tool=tool)}"
        yield Health("mode", good=True, finding=mode)
        yield from _tracker(services, space)
    if made.tracker is not None and space.pages != space.name:
        yield Health("pages", good=True, finding=f"they are kept in {space.pages}, see there")
    elif made.pages is not None:
        yield from _pages(services, space)


def _tracker(services: Services, space: Workspace) -> Sequence[Health]:
    try:
        return services.tracker(space.name).check_up(webhook_url(services.settings, space.name))
    except (NotAllowed, Rejected) as fault:
        return [Health("tool", good=False, finding=str(fault))]
    except Unavailable as fault:
        return [Health("tool", good=None, finding=str(fault), mend="try again later")]


def _gate(services: Services, space: Workspace) -> Sequence[Health]:
    """Audit the tool's own rule now, where it can have one."""
    if space.name not in services.gated:
        return []
    try:
        found = services.audit(space.name)
    except (NotAllowed, Rejected) as fault:
        return [Health("gate", good=None, finding=str(fault))]
    except Unavailable as fault:
        return [Health("gate", good=None, finding=str(fault), mend="try again later")]
    if found and not found.begun:
        words = (
            f"not installed; `closeout connect {space.name} --install-gate` makes the tool refuse"
        )
        return [Health("gate", good=True, finding=words)]
    findings = list(found.findings) if found else []
    if found and found.covered and space.mode != "enforce":
        words = f"the rule in the tool refuses closings, although the mode is {space.mode}"
        mend = f"run `closeout connect {space.name} --remove-gate`, or set mode to enforce"
        findings.append(Health("gate", good=False, finding=words, mend=mend))
    return findings


def _pages(services: Services, space: Workspace) -> Sequence[Health]:
    try:
        return services.pages(space.name).check_up()
    except (NotAllowed, Rejected) as fault:
        mend = f"let the account of {space.name} read and write pages"
        return [Health("pages", good=False, finding=str(fault), mend=mend)]
    except Unavailable as fault:
        return [Health("pages", good=None, finding=str(fault), mend="try again later")]
