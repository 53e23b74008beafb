"""The rule within Jira's own workflows that refuses a closing until Closeout approves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.jira.client import JiraClient
from connectors.jira.gate import approval, audit, datacenter, install, role, survey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from connectors.jira.settings import JiraSettings
    from service.ports import GateAudit, GatePlan, Health


def _now() -> datetime:
    return datetime.now(UTC)


class JiraGate:
    """Fills the role of a Gatekeeper. One thread at a time.

    - `gate = "approval"`: a validator asks for the approval field, and shows the sentence.
    - `gate = "role"`: a condition keeps the last step to Closeout, and others do not see it.

    Data Center lets no program change a workflow: there an admin is told what to do by hand, and
    the audit looks whether it was done.
    """

    def __init__(self, settings: JiraSettings, clock: Callable[[], datetime] = _now) -> None:
        self.closes_alone = settings.gate == "role"
        self.how_to_ask = f"add the label {settings.closing_label}"
        self._client = JiraClient(settings, clock)
        self._clock = clock

    @classmethod
    def from_settings(cls, settings: JiraSettings) -> JiraGate:
        """Build the gatekeeper of a workspace; nothing is sent before it is needed."""
        return cls(settings)

    def plan(self, sentence: str, *, remove: bool = False) -> GatePlan:
        """Say what would change; writes nothing."""
        client = self._client
        if not client.cloud:
            return datacenter.plan(client.settings, sentence, remove=remove)
        tool = install.found_tool(client)
        if remove:
            return install.planned(install.removing(client, tool), client, remove=True)
        return install.planned(install.installing(client, sentence, tool), client, remove=False)

    def apply(self, sentence: str, *, remove: bool = False) -> Sequence[Health]:
        """Install the rule wherever it is missing, or take it away; returns what was done.

        Raises Unavailable where somebody else is changing workflows at this moment.
        """
        client = self._client
        if not client.cloud:
            return datacenter.applied(client.settings, sentence, remove=remove)
        return install.taken_away(client) if remove else install.installed(client, sentence)

    def audit(self) -> GateAudit:
        """Look whether the rule stands on every way into a closed status; writes nothing."""
        client = self._client
        if not client.cloud:
            found = datacenter.audit(client)
            return replace(found, begun=bool(found.covered))
        seen, tool = survey.look(client), install.found_tool(client)
        gated = {s.place for flow in seen.flows for s in flow.scopes if not s.place.team_managed}
        members = (
            {place.id: role.members(client, tool.role_id, place) for place in gated}
            if tool.role_id
            else {}
        )
        begun = tool.field is not None or tool.role_id is not None
        return replace(audit.judged(seen, tool, members), begun=begun)

    def ensure_approval(self, key: str, *, approved: bool) -> None:
        """Let the rule pass for an issue, or not any more; with the role we close by ourselves."""
        if not self.closes_alone:
            approval.ensure(self._client, key, self._clock(), approved=approved)
