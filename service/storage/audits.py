"""The last audit of each tool's own rules."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from service.ports import GateAudit, Health
from service.storage.part import Part
from service.storage.tables import gate_audits
from service.storage.upserts import on_each_engine, replacing

if TYPE_CHECKING:
    from datetime import datetime

_SAVE = on_each_engine(gate_audits, replacing)
_FIND = select(gate_audits).where(gate_audits.c.workspace == bindparam("workspace"))


class Audits(Part):
    """Audits of the tools' own rules, the latest of each workspace."""

    def save_audit(self, workspace: str, audit: GateAudit, at: datetime) -> None:
        saved = {
            "workspace": workspace,
            "at": at,
            "covered": sorted(audit.covered),
            "findings": [asdict(health) for health in audit.findings],
        }
        with self._database.writing() as connection:
            connection.execute(_SAVE[self._database.dialect], saved)

    def audit(self, workspace: str) -> tuple[GateAudit, datetime] | None:
        with self._database.reading() as connection:
            row = connection.execute(_FIND, {"workspace": workspace}).one_or_none()
        if row is None:
            return None
        findings = tuple(Health(**health) for health in row.findings)
        return GateAudit(frozenset(row.covered), findings), row.at
