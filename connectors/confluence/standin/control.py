"""The levers behind the stand-in: time, faults, webhooks, tokens, switches.

Every public method is also an action of the control interface over HTTP, by its name.
"""

from __future__ import annotations

from datetime import timedelta

from connectors._standin.control import Action, Levers, Unclear
from connectors._standin.control import actions as shared_actions
from connectors._standin.faults import Faults
from connectors._standin.webhooks import Sender
from connectors.confluence.standin.board import BOT
from connectors.confluence.standin.entities import Space, Token, User, Webhook
from connectors.confluence.standin.people import People
from connectors.confluence.standin.world import World

EVENTS = ("page_created", "page_updated", "page_trashed", "page_restored", "page_removed")


class Control(People, Levers):
    """Everything that can be done to the stand-in from behind."""

    def __init__(self, world: World, sender: Sender, faults: Faults) -> None:
        People.__init__(self, world)
        Levers.__init__(self, world.clock, sender, faults, world.behaviour)

    # Webhooks (Data Center).

    def register_webhook(
        self, url: str, secret: str | None = None, types: list[str] | None = None
    ) -> Webhook:
        """Subscribe an address, as an administrator does by hand."""
        if self.world.cloud:
            raise Unclear("Confluence Cloud has no webhooks that an administrator could register")
        with self.world.act(self.person(None), "person") as act:
            made = Webhook(
                id=self.world.ids.number(),
                name="by hand",
                url=url,
                events=list(types or EVENTS),
                secret=secret or "",
                created_at=act.at,
                updated_at=act.at,
            )
            self.world.webhooks[made.id] = made
            act.record("create webhook", made.id, url=url)
            return made

    def enable_webhook(self, webhook: str, on: bool = True) -> Webhook:  # noqa: FBT001, FBT002 (HTTP)
        """Switch one subscription on or off."""
        found = self.world.webhooks.get(webhook)
        if found is None:
            raise Unclear(f"no webhook {webhook!r}")
        found.active = on
        return found

    def webhooks(self, on: bool) -> None:  # noqa: FBT001 (HTTP)
        """Switch all sending on or off; what happens meanwhile is never told."""
        self.world.behaviour.webhooks_on = on

    # Tokens and limits.

    def revoke_token(self, token: str | None = None) -> None:
        """Make a token invalid, or all of them."""
        with self.world.lock:
            if token is None:
                self.world.tokens.clear()
            else:
                self.world.tokens.pop(token, None)

    def revoke_api_key(self) -> None:
        """Make every token invalid: the name that other stand-ins use."""
        self.revoke_token()

    def new_api_key(
        self,
        person: str | None = None,
        scoped: bool = False,  # noqa: FBT001, FBT002 (HTTP)
    ) -> dict[str, str]:
        """Make a token for a person, or for the account that Closeout acts as."""
        with self.world.lock:
            owner: User = self.person(person or BOT)
            made = Token(f"ATATT{self.world.ids.secret()[:40]}", owner.id, scoped)
            self.world.tokens[made.value] = made
            return {"api_key": made.value, "email": owner.email}

    def use_up_rate_limit(
        self, seconds: float = 300, reason: str = "confluence-quota-tenant-based"
    ) -> None:
        """Answer 429 to everything for so long; the reason `gateway` tells nothing to go by."""
        with self.world.lock:
            self.world.limited_until = self.world.clock() + timedelta(seconds=seconds)
            self.world.limit_reason = reason

    def limit_access(
        self, access: str = "read", space: str | None = None, person: str | None = None
    ) -> Space:
        """Let somebody (Closeout) only `read` in a space, do nothing (`none`), or `write` again."""
        if access not in ("write", "read", "none"):
            raise Unclear(f"no access {access!r}; there are: write, read, none")
        with self.world.lock:
            found = self.space(space)
            found.access[self.person(person or BOT).id] = access
            return found

    def archive_space(self, space: str | None = None, archived: bool = True) -> Space:  # noqa: FBT001, FBT002 (HTTP)
        """Archive a space, or take it out of the archive."""
        with self.world.lock:
            found = self.space(space)
            found.status = "archived" if archived else "current"
            return found

    def index_lag(self, seconds: float) -> None:
        """Let CQL learn of later changes only after so long."""
        self.world.behaviour.index_lag = timedelta(seconds=seconds)


def actions() -> dict[str, Action]:
    """Return the actions by name; finders are none."""
    finders = {"person", "document", "space"}
    found = shared_actions(Levers, People, Control)
    return {name: action for name, action in found.items() if name not in finders}
