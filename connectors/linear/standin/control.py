"""The levers behind the stand-in: time, faults, webhooks, keys, switches.

Every public method is also an action of the control interface over HTTP, by its name.
"""

from __future__ import annotations

from datetime import timedelta

from connectors._standin.control import Action, Levers, Unclear
from connectors._standin.control import actions as shared_actions
from connectors._standin.faults import Faults
from connectors._standin.webhooks import Sender
from connectors.linear.standin.board import Board
from connectors.linear.standin.entities import User, Webhook
from connectors.linear.standin.gateway import Gateway
from connectors.linear.standin.people import People
from connectors.linear.standin.world import World

EVENTS = ("Project", "Issue", "Document", "Comment", "ProjectUpdate")


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
        """Subscribe an address, to a team or to all public ones."""
        with self.act(None) as act:
            webhook = Webhook(
                id=self.world.ids.uuid(),
                created_at=act.at,
                updated_at=act.at,
                url=url,
                secret=secret or self.world.ids.secret(),
                resource_types=list(types or EVENTS),
                creator_id=act.actor.id,
                team_id=self.team(team).id if team else None,
                all_public_teams=team is None,
            )
            self.world.add(webhook)
            act.record("webhookCreate", webhook, url=url)
            return webhook

    def enable_webhook(self, webhook: str, on: bool = True) -> Webhook:  # noqa: FBT001, FBT002 (HTTP)
        """Switch one subscription on or off, as an administrator would."""
        with self.act(None) as act:
            found = self.world.one("webhooks", webhook)
            if not isinstance(found, Webhook):
                raise Unclear(f"no webhook {webhook!r}")
            found.enabled = on
            act.record("webhookUpdate", found, enabled=on)
            return found

    def webhooks(self, on: bool) -> None:  # noqa: FBT001 (HTTP)
        """Switch all sending on or off; what happens meanwhile is never told."""
        self.world.behaviour.webhooks_on = on

    # Keys and limits.

    def revoke_api_key(self) -> None:
        """Make every key invalid."""
        with self.world.lock:
            self.world.api_keys.clear()

    def new_api_key(self, person: str | None = None) -> dict[str, str]:
        """Make a key for a person, or for the account that Closeout acts as."""
        with self.world.lock:
            owner: User = self.person(person) if person else self.bot()
            key = f"lin_api_{self.world.ids.secret()[:40]}"
            self.world.api_keys[key] = owner.id
            return {"api_key": key}

    def use_up_rate_limit(self) -> None:
        """Use up the hour's requests of every key's owner."""
        with self.world.lock:
            for owner in set(self.world.api_keys.values()):
                self._gateway.limits.of(owner).exhaust(self.world.clock())

    # Reads.

    def lag(self, reads: float = 0, lists: float = 0) -> None:
        """Let queries, or only lists, show the world as it was so many seconds ago."""
        self.world.behaviour.read_lag = timedelta(seconds=reads)
        self.world.behaviour.list_lag = timedelta(seconds=lists)


def actions() -> dict[str, Action]:
    """Return the actions by name."""
    return shared_actions(Levers, Board, People, Control)
