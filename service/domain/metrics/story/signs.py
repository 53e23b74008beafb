"""Warning signs of projects that fail, each with the figure that shows it or does not.

Five kinds of failure and the patterns of delivering software that learns; a sign that the tracker
cannot show is unknown with its reason, never absent. No sign is about a person.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from service.domain.metrics.effort.worked import worked_of
from service.domain.words import counted, day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past
    from service.domain.metrics.values import Value

    Figures = Mapping[str, Mapping[str, Value]]

#: From which share of the first scope on its growth is a sign.
GROWTH = 0.25
#: From which share of reopened integration issues on they are a sign.
REOPENED = 0.2
#: So many delivered issues of one component at least say something about who knows it.
KNOWN = 3
#: Between these shares of the time a client should have seen something.
HALF_WAY = (0.3, 0.7)
WEEK = timedelta(days=7)

DATA, EXPECTATION = "Data failure", "Expectation failure"
SCOPE, INTEGRATION, TEAM = "Scope failure", "Integration failure", "Team failure"
#: What labels, components and types are searched for.
TOPICS = (
    "data-audit",
    "change-request",
    "integration",
    "docs",
    "documentation",
    "training",
    "experiment",
)

TRANSFER, EXPERIMENTS = "Knowledge transfer failure", "Endless experiments"


@dataclass(frozen=True, slots=True)
class Sign:
    """One warning sign.

    - `shown` says whether the tracker shows it, None where it cannot tell.
    - `text` is the evidence, or why there is none; `figure` is the figure it was read from.
    """

    id: str
    failure: str
    sign: str
    shown: bool | None
    text: str
    figure: str | None = None
    issues: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the sign as it is published."""
        return {
            "id": self.id,
            "failure": self.failure,
            "sign": self.sign,
            "shown": self.shown,
            "text": self.text,
            "figure": self.figure,
            "issues": list(self.issues),
        }


def signs(basis: Basis, figures: Figures) -> tuple[Sign, ...]:
    """Return every sign, shown or not, by kind of failure."""
    return (
        _audit(basis),
        _review(basis),
        _growth(figures),
        _unagreed(basis),
        _weeks_without_time(basis),
        _late_integration(basis),
        _reopened_integration(basis),
        _one_holder(basis),
        _handed_over(basis),
        _experiments(basis),
    )


def _about(basis: Basis, group: str, *topics: str) -> list[Past]:
    """Return the issues of a group whose type, labels or components name one of the topics."""
    found = basis.once(_topics)
    ours = {id(past) for topic in topics for past in found[topic]}
    return [past for past in basis.scope[group] if id(past) in ours] if ours else []


def _topics(basis: Basis) -> dict[str, list[Past]]:
    """Sort all issues out by topic, each name read once: many issues share a few."""
    found: dict[str, list[Past]] = {topic: [] for topic in TOPICS}
    known: dict[str, tuple[str, ...]] = {}
    for past in basis.scope.counted:  # hot
        issue = past.issue
        for name in (issue.kind or "", *issue.labels.values(), *issue.components):
            if name not in known:
                known[name] = tuple(topic for topic in TOPICS if topic in _plain(name))
            for topic in known[name]:
                found[topic].append(past)
    return found


def _plain(name: str) -> str:
    return name.casefold().replace("_", "-").replace(" ", "-")


def _keys(pasts: Iterable[Past]) -> tuple[str, ...]:
    return tuple(past.key for past in pasts)


def _unlabelled(label: str, of_what: str) -> str:
    return f"no issue is labelled {label}: {of_what} is not known"


def _audit(basis: Basis) -> Sign:
    final = basis.scope["final"]
    audits = _about(basis, "final", "data-audit")
    told = partial(Sign, "F1.audit", DATA, "Work began before the data were audited")
    if not audits:
        return told(None, _unlabelled("data-audit", "whether the data were audited"))
    ours = {id(past) for past in audits}
    audited = [at for past in audits if (at := past.delivered_at(basis.window.close))]
    begun = [at for past in final if id(past) not in ours and (at := past.started_at())]
    if not begun:
        return told(None, "no other issue was ever in progress", issues=_keys(audits))
    if not audited:
        return told(True, "the audit was not finished before the close", issues=_keys(audits))
    early = sum(at < min(audited) for at in begun)
    text = f"{early} of {counted(len(begun), 'issue')} were begun before the audit was done"
    return told(early > 0, text, issues=_keys(audits))


def _review(basis: Basis) -> Sign:
    told = partial(Sign, "F2.review", EXPECTATION, "No review with the client half-way")
    start, milestones = basis.window.baseline, basis.project.milestones
    if start is None:
        return told(None, basis.window.baseline_reason)
    if not milestones:
        return told(None, "the project has no milestones: whether there was a review is not known")
    span = basis.window.close - start
    first, last = (basis.calendar.day_of(start + share * span) for share in HALF_WAY)
    held = [
        one.name
        for one in milestones
        if one.target_on is not None
        and first <= one.target_on <= last
        and any(word in one.name.casefold() for word in ("review", "demo", "client", "customer"))
    ]
    between = f"between {day(first)} and {day(last)}"
    if held:
        return told(False, f"{counted(len(held), 'milestone')} {between} is a review by its name")
    return told(
        True, f"none of {counted(len(milestones), 'milestone')} {between} is a review by name"
    )


def _growth(figures: Figures) -> Sign:
    creep = figures["scope"]["creep"]
    told = partial(
        Sign,
        "F3.growth",
        SCOPE,
        "The scope grew far beyond the first agreement",
        figure="scope.creep",
    )
    if not isinstance(creep.value, int | float):
        return told(None, creep.reason or "")
    text = f"{100 * creep.value:.0f} % of the scope at kick-off was added after it"
    return told(creep.value > GROWTH, text, issues=creep.issues)


def _unagreed(basis: Basis) -> Sign:
    told = partial(
        Sign, "F3.unagreed", SCOPE, "Work was added without a change request", figure="scope.added"
    )
    added = basis.scope["added"]
    if basis.window.baseline is None:
        return told(None, basis.window.baseline_reason)
    if not basis.once(_topics)["change-request"]:
        return told(None, _unlabelled("change-request", "how additions were agreed"))
    agreed = {id(past) for past in _about(basis, "added", "change-request")}
    without = [past for past in added if id(past) not in agreed]
    text = f"{len(without)} of {counted(len(added), 'added issue')} carry no change request"
    return told(bool(without), text, issues=_keys(without))


def _weeks_without_time(basis: Basis) -> Sign:
    told = partial(
        Sign,
        "F3.hours",
        SCOPE,
        "Hours were not recorded week by week",
        figure="effort.actual_hours",
    )
    start, worked = basis.window.baseline, worked_of(basis)
    if start is None or worked.reason is not None:
        return told(None, worked.reason or basis.window.baseline_reason)
    with_time = {basis.calendar.week_of(entry.at) for entry in worked.entries}
    weeks = list(_weeks(basis.calendar.week_of(start), basis.calendar.week_of(basis.window.close)))
    without = [week for week in weeks if week not in with_time]
    text = f"{len(without)} of {counted(len(weeks), 'week')} have no recorded time"
    return told(bool(without), text)


def _weeks(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += WEEK


def _late_integration(basis: Basis) -> Sign:
    told = partial(Sign, "F4.late", INTEGRATION, "Integration was begun late")
    start, close = basis.window.baseline, basis.window.close
    if start is None:
        return told(None, basis.window.baseline_reason)
    found = _about(basis, "final", "integration")
    begun = sorted((at, past.key) for past in found if (at := past.started_at()))
    if not begun:
        return told(None, _unlabelled("integration", "when it was begun"))
    share = (begun[0][0] - start) / (close - start) if close > start else 0.0
    text = f"the first integration issue was begun after {max(100 * share, 0):.0f} % of the time"
    return told(share > 1 / 2, text, issues=_keys(found))


def _reopened_integration(basis: Basis) -> Sign:
    told = partial(
        Sign, "F4.reopened", INTEGRATION, "Integration came back", figure="flow.reopened"
    )
    done = _about(basis, "done", "integration")
    if not done:
        return told(None, _unlabelled("integration", "how often it came back"))
    close = basis.window.close
    again = [past for past in done if any(at <= close for at in past.reopened_at())]
    text = f"{len(again)} of {counted(len(done), 'integration issue')} were reopened"
    return told(len(again) / len(done) > REOPENED, text, issues=_keys(again))


def _one_holder(basis: Basis) -> Sign:
    told = partial(Sign, "F5.one-holder", TEAM, "One person holds the knowledge of a part")
    holders: defaultdict[str, list[tuple[str | None, Past]]] = defaultdict(list)
    for past in basis.scope["delivered"]:
        components = past.issue.components
        if components and (at := past.done_at(basis.window.close)) is not None:
            for component in components:
                holders[component].append((past.assignee.at(at), past))
    large = {name: found for name, found in holders.items() if len(found) >= KNOWN}
    if not large:
        return told(None, f"no component has {KNOWN} delivered issues")
    alone = {
        name: found
        for name, found in sorted(large.items())
        if len({who for who, _ in found}) == 1 and found[0][0] is not None
    }
    text = f"in {len(alone)} of {counted(len(large), 'component')} one person did all that was done"
    return told(bool(alone), text, issues=_keys(past for one in alone.values() for _, past in one))


def _handed_over(basis: Basis) -> Sign:
    told = partial(
        Sign, "A5.handed-over", TRANSFER, "Nothing was written down or taught before the end"
    )
    final = basis.scope["final"]
    if not any(past.issue.labels or past.issue.components for past in final):
        return told(None, "the issues carry neither labels nor components")
    found = _about(basis, "final", "docs", "documentation", "training")
    done = [past for past in found if past.delivered_at(basis.window.close)]
    text = (
        f"{len(done)} of {counted(len(found), 'issue')} about documents or training were delivered"
    )
    return told(not done, text, issues=_keys(found))


def _experiments(basis: Basis) -> Sign:
    told = partial(Sign, "A4.experiments", EXPERIMENTS, "More experiments were made than agreed")
    found = _about(basis, "final", "experiment")
    text = (
        f"{counted(len(found), 'experiment')} found; how many were agreed, the tracker does not say"
    )
    return told(None, text, issues=_keys(found))
