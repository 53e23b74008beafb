"""The levers behind the stand-in: time, faults, webhooks, tokens, permissions, switches.

Every public method is also an action of the control interface over HTTP, by its name.
"""

from __future__ import annotations

from datetime import timedelta

from connectors._standin.control import Action, Levers, Unclear
from connectors._standin.control import actions as shared_actions
from connectors._standin.faults import Faults
from connectors._standin.webhooks import Sender
from connectors.jira.standin.api_site import PERMISSIONS
from connectors.jira.standin.api_webhooks import EVENTS
from connectors.jira.standin.desk import Desk
from connectors.jira.standin.entities import Webhook
from connectors.jira.standin.gateway import Gateway
from connectors.jira.standin.lookup import named
from connectors.jira.standin.people import People
from connectors.jira.standin.world import World


class Control(People, Levers):
    """Everything that can be done to the stand-in from behind."""

    def __init__(self, world: World, gateway: Gateway, sender: Sender, faults: Faults) -> None:
        People.__init__(self, world)
        Levers.__init__(self, world.clock, sender, faults, world.behaviour)
        self._gateway = gateway

    # Webhooks.

    def register_webhook(
        self,
        url: str,
        secret: str | None = None,
        types: list[str] | None = None,
        team: str | None = None,
    ) -> Webhook:
        """Register an admin webhook for events, of one Jira project if it is named."""
        events = list(types or EVENTS)
        unknown = sorted(set(events) - set(EVENTS))
        if unknown:
            raise Unclear(f"no events {', '.join(unknown)}; there are: {', '.join(EVENTS)}")
        with self.act(None) as act:
            webhook = Webhook(
                id=self.world.ids.number("webhook", 1),
                name="Closeout",
                url=url,
                events=events,
                jql=f"project = {self.team(team).key}" if team else "",
                secret=secret or self.world.ids.secret(),
                updated_by=act.actor.id,
                updated_at=act.at,
            )
            self.world.webhooks[webhook.id] = webhook
            act.record("createWebhook", "webhook", webhook.id, url=url)
            return webhook

    def enable_webhook(self, webhook: str, on: bool = True) -> Webhook:  # noqa: FBT001, FBT002 (HTTP)
        """Switch one webhook on or off, as an administrator would."""
        found = named(self.world.webhooks.values(), webhook, ("id", "name", "url"), "webhook")
        with self.act(None) as act:
            found.enabled = on
            act.record("updateWebhook", "webhook", found.id, enabled=on)
        return found

    def webhooks(self, on: bool) -> None:  # noqa: FBT001 (HTTP)
        """Switch all sending on or off; what happens meanwhile is never told."""
        self.world.behaviour.webhooks_on = on

    # Tokens, permissions and limits.

    def revoke_api_key(self) -> None:
        """Make every token invalid."""
        with self.world.lock:
            self.world.tokens.clear()

    def new_api_key(self, person: str | None = None) -> dict[str, str]:
        """Make a token for a person, or for the account that Closeout acts as."""
        with self.world.lock:
            owner = self.person(person) if person else self.bot()
            key = f"ATATT-{self.world.ids.secret()[:48]}"
            self.world.tokens[key] = owner.id
            return {"api_key": key}

    def deny(self, person: str, permission: str) -> None:
        """Take a permission from an account, by its key."""
        self._permission(permission)
        with self.world.lock:
            self.person(person).denied.add(permission)

    def allow(self, person: str, permission: str) -> None:
        """Give a permission back to an account."""
        self._permission(permission)
        with self.world.lock:
            self.person(person).denied.discard(permission)

    def _permission(self, key: str) -> None:
        if key not in PERMISSIONS and not key.startswith("BROWSE:"):
            raise Unclear(f"no permission {key!r}; there are: {', '.join(PERMISSIONS)}")

    def use_up_rate_limit(self, reason: str = "jira-cost-based") -> None:
        """Use up the budget of the hour: every call is refused until it is over."""
        with self.world.lock:
            self._gateway.limits.exhaust(reason)

    # Reads.

    def lag(self, reads: float = 0, lists: float = 0) -> None:
        """Let searches show the site as it was so many seconds ago; reads by id never lag."""
        self.world.behaviour.index_lag = timedelta(seconds=max(reads, lists))


def actions() -> dict[str, Action]:
    """Return the actions by name."""
    return shared_actions(Levers, Desk, People, Control)
