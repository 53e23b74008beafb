"""The present verdict and the present figures of a closeout."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select

from service.domain.verdict import Need, Outcome, Verdict
from service.storage.columns import KeyText
from service.storage.part import Part
from service.storage.tables import figures, verdicts
from service.storage.upserts import on_each_engine, replacing

_WHOSE = bindparam("closeout_id", type_=KeyText())


_SAVE_VERDICT = on_each_engine(verdicts, replacing)
_VERDICT = select(verdicts).where(verdicts.c.closeout_id == _WHOSE)

_SAVE_FIGURES = on_each_engine(figures, replacing)
_FIGURES = select(figures).where(figures.c.closeout_id == _WHOSE)


class Verdicts(Part):
    """Verdicts and figures."""

    def save_verdict(self, closeout_id: str, verdict: Verdict, at: datetime, policy: str) -> None:
        saved = {
            "closeout_id": closeout_id,
            "tree": verdict_to_json(verdict),
            "at": at,
            "policy": policy,
        }
        with self._database.writing() as connection:
            connection.execute(_SAVE_VERDICT[self._database.dialect], saved)

    def verdict(self, closeout_id: str) -> tuple[Verdict, datetime, str] | None:
        with self._database.reading() as connection:
            row = connection.execute(_VERDICT, {"closeout_id": closeout_id}).one_or_none()
        return None if row is None else (verdict_from_json(row.tree), row.at, row.policy)

    def save_figures(self, closeout_id: str, figures: Mapping[str, object], at: datetime) -> None:
        saved = {"closeout_id": closeout_id, "figures": dict(figures), "at": at}
        with self._database.writing() as connection:
            connection.execute(_SAVE_FIGURES[self._database.dialect], saved)

    def figures(self, closeout_id: str) -> tuple[Mapping[str, object], datetime] | None:
        with self._database.reading() as connection:
            row = connection.execute(_FIGURES, {"closeout_id": closeout_id}).one_or_none()
        return None if row is None else (row.figures, row.at)


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as JSON can hold it, with every field and every child."""
    since = verdict.since
    return {
        "name": verdict.name,
        "title": verdict.title,
        "outcome": verdict.outcome.value,
        "summary": verdict.summary,
        "needs": [{"what": need.what, "who": need.who, "url": need.url} for need in verdict.needs],
        "url": verdict.url,
        "since": None if since is None else since.astimezone(UTC).isoformat(),
        "waived": verdict.waived,
        "children": [verdict_to_json(child) for child in verdict.children],
    }


def verdict_from_json(tree: Mapping[str, Any]) -> Verdict:
    """Read what `verdict_to_json` wrote."""
    since = tree["since"]
    return Verdict(
        name=tree["name"],
        title=tree["title"],
        outcome=Outcome(tree["outcome"]),
        summary=tree["summary"],
        needs=tuple(Need(need["what"], need["who"], need["url"]) for need in tree["needs"]),
        url=tree["url"],
        since=None if since is None else datetime.fromisoformat(since),
        waived=tree["waived"],
        children=tuple(verdict_from_json(child) for child in tree["children"]),
    )
