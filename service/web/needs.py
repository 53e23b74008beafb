"""What the web door needs from the wiring, as Protocols; `service.bootstrap.Services` fills it.

The door stays testable on its own, and says here all it can do to the world.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from service.domain.closeout import Closeout, Verification, Waiver
from service.domain.tracking import ProjectRef
from service.domain.verdict import Verdict
from service.ports import Enforcement, Webhook
from service.records import Store
from service.settings import Settings


class Assessment(Protocol):
    """A verdict with the circumstances it was found in."""

    @property
    def project(self) -> ProjectRef: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def at(self) -> datetime: ...
    @property
    def policy(self) -> str: ...
    @property
    def enforcement(self) -> Enforcement: ...
    @property
    def mode(self) -> str: ...
    @property
    def closeout(self) -> Closeout | None: ...


class Services(Protocol):
    """Everything the web door can ask for."""

    @property
    def settings(self) -> Settings: ...
    @property
    def store(self) -> Store: ...

    def clock(self) -> datetime:
        """Return the present instant, in UTC."""

    def ring(self) -> None:
        """Wake the workers: cheap, never raises, never waits for the network."""

    def webhook(self, workspace: str) -> Webhook:
        """Return a workspace's webhook; KeyError where there is no such workspace or webhook."""

    def max_body(self, workspace: str) -> int:
        """Return the largest webhook body taken, in bytes."""

    def find(self, workspace: str, key: str) -> ProjectRef:
        """Return the project for any way to write its key.

        Raises NotFound, Unavailable or NotAllowed.
        """

    def look(self, project: ProjectRef) -> Assessment:
        """Evaluate now; reads outside, writes nothing outside."""

    def act(self, project: ProjectRef) -> Assessment:
        """Evaluate now and make the tracker agree."""

    def verify(self, action_id: str, who: str, evidence: str, source: str) -> Verification:
        """Record that somebody other than the owner found an action in place, else Refused."""

    def waive(self, project: ProjectRef, check: str, who: str, reason: str, until: date) -> Waiver:
        """Let a check pass until a day, both named in public, else Refused."""

    def metrics(self, project: ProjectRef) -> Mapping[str, object]:
        """Return the metrics snapshot, ready for JSON."""

    def enforcement(self, workspace: str) -> Enforcement:
        """Say how firmly a workspace can hold a project."""
