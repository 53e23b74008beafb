"""All wording of comments and tickets, as neutral documents.

One verdict feeds every surface: the comment in the tracker, the page, the command line and the
API say the same facts. Names appear only as those who can act.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.document import (
    Block,
    BulletList,
    Document,
    Inline,
    ListItem,
    Paragraph,
    Text,
    link,
    text,
)
from service.domain.verdict import Need, Outcome, Verdict
from service.domain.words import called, counted, day, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime, tzinfo
    from zoneinfo import ZoneInfo

    from service.domain.closeout import ActionRecord, Hold
    from service.ports import Enforcement

WORDS = {
    Outcome.PASSED: "met",
    Outcome.BLOCKED: "unmet",
    Outcome.UNKNOWN: "unknown",
    Outcome.SKIPPED: "not applicable",
}
CAME_THROUGH = {
    "undo": "nothing in this tracker refuses a closure, so Closeout undoes it",
    "veto": "the tracker's own rule let it through, so Closeout undid it",
    "report-only": "Closeout can only report it here",
}
CANNOT_REFUSE = {
    "undo": "nothing in this tracker refuses a closure, so Closeout undoes it",
    "veto": "the tracker itself refuses the closure",
    "report-only": "Closeout can only report it here",
}


@dataclass(frozen=True, slots=True)
class Case:
    """What a message about a closeout is made from."""

    name: str
    verdict: Verdict
    at: datetime
    timezone: ZoneInfo
    enforcement: Enforcement
    policy: str
    delivered_at: datetime
    page_url: str | None
    case_url: str
    closes_itself: bool


def word(verdict: Verdict) -> str:
    """Say an outcome in the word people read; a waived check says so."""
    return "waived" if verdict.waived else WORDS[verdict.outcome]


def count(verdict: Verdict) -> tuple[int, int]:
    """Count the met checks of a verdict and all that apply."""
    live = [child for child in verdict.children if child.outcome is not Outcome.SKIPPED]
    return sum(child.outcome is Outcome.PASSED for child in live), len(live)


def moment(at: datetime, zone: tzinfo) -> str:
    """Write an instant as people read it: `21 Mar 2026, 14:02 CET`."""
    local = at.astimezone(zone)
    return f"{day(local.date())}, {local:%H:%M %Z}"


def refusal(case: Case, hold: Hold) -> Document:
    """Tell the person who closed the project what is missing, and what was undone."""
    moved = (
        f"What happened: Closeout moved the project back from “{hold.moved_from.name}” to "
        f"“{hold.moved_to.name}” because of what is unmet above; "
        f"{CAME_THROUGH[case.enforcement]}."
    )
    return _report(case, "cannot close yet", [moved, _delivery(case)])


def not_yet(case: Case) -> Document:
    """Tell whoever asked for the closing what is missing."""
    how = f"The closing was asked for and is not done yet; {CANNOT_REFUSE[case.enforcement]}."
    return _report(case, "cannot close yet", [how, _delivery(case)])


def stuck(case: Case, reason: str) -> Document:
    """Tell that the project stays closed, because the tool offers no way back."""
    left = (
        f"It was closed too early and stays closed: {sentence(reason)} Closeout does not count it "
        "as closed. Please move it back by hand; whoever administers the tool can add a way back."
    )
    return _report(case, "was closed with its closeout incomplete", [left, _delivery(case)])


def warning(case: Case) -> Document:
    """Tell what is missing where the workspace only warns."""
    left = "This workspace only warns: the project was left as it is."
    return _report(case, "was closed with its closeout incomplete", [left, _delivery(case)])


def undecided(case: Case) -> Document:
    """Tell that the gate could not decide, and that nothing was touched."""
    left = "Nothing was changed. Closeout asks again by itself until it knows."
    return _report(case, "cannot be judged yet", [left])


def contested(case: Case, holds_per_hour: int) -> Document:
    """Tell that the project was closed again and again, and that Closeout stops for an hour."""
    stop = (
        f"The project was moved back {holds_per_hour} times within an hour and closed again each "
        "time. Closeout leaves it closed for now, does not count it as closed, and holds it again "
        "when the hour has passed. If an automation closes it, please switch that off; if a "
        "person needs it closed now, ask for a waiver."
    )
    return _report(case, "was closed again and again", [stop])


def ticketed(case: Case, actions: Sequence[ActionRecord]) -> Document:
    """Tell which tickets were made, and what happens next."""
    items = tuple(
        ListItem(
            text(
                link(action.ticket_key or "ticket", action.ticket_url or ""),
                f" {action.change} (owner {action.owner_name}, due {day(action.due_on)}; "
                f"to be verified: {action.check})",
            )
        )
        for action in actions
        if action.ticket_key
    )
    lead = f"Closeout: the agreed actions of {called(case.name)} are tickets now."
    then = (
        "Each one counts when it is done and another person than its owner has verified it: put "
        "the label “verified” on the ticket, or use the link below."
    )
    return Document(
        (_strong(lead), BulletList(items), Paragraph(text(then)), _links(case)),
    )


def closing(case: Case, *, by_itself: bool) -> Document:
    """Tell that the project is closed, with what was met; with a waiver nothing is complete."""
    waived = sum(child.waived is not None for child in case.verdict.children)
    name, met = called(case.name), "met or waived" if waived else "met"
    lead = f"Closeout: {name} is closed. Its post-mortem is complete"
    if waived:
        lead = f"Closeout: {name} is closed with {counted(waived, 'check')} waived"
    how = (
        "Closeout closed it by itself when the last check passed."
        if by_itself
        else f"Everything asked for was {met} when it was closed."
    )
    return Document(
        (
            _strong(f"{lead} ({_tally(case)})."),
            *_checks(case),
            Paragraph(text(how, " ", _delivery(case))),
            _links(case),
        )
    )


def may_close(case: Case) -> Document:
    """Tell that the project may be closed now, where Closeout does not do it by itself."""
    return Document(
        (
            _strong(f"Closeout: {called(case.name)} may be closed now ({_tally(case)})."),
            *_checks(case),
            _links(case),
        )
    )


def ticket(action: ActionRecord, project_name: str, page_url: str, project_url: str) -> Document:
    """Write an action's ticket: what changes, how it is verified, where it comes from."""
    return Document(
        (
            Paragraph(text(action.change)),
            Paragraph(text(Text("How it is verified: ", strong=True), action.check)),
            Paragraph(
                text(
                    "Agreed in the ",
                    link("post-mortem", page_url),
                    " of ",
                    link(called(project_name), project_url),
                    ". Done is what the owner says; it counts when somebody else has verified it "
                    "and put the label “verified” on this ticket.",
                )
            ),
        )
    )


def plain_lines(verdict: Verdict, timezone: ZoneInfo) -> Iterator[str]:
    """Write a verdict as lines of plain text, for a terminal."""
    yield f"{verdict.summary}"
    for child in verdict.children:
        yield from _plain(child, timezone, "  ")


def _plain(verdict: Verdict, timezone: ZoneInfo, indent: str) -> Iterator[str]:
    since = f" (since {moment(verdict.since, timezone)})" if verdict.since else ""
    yield f"{indent}[{word(verdict)}] {verdict.title}: {verdict.summary}{since}"
    if verdict.waived:
        yield f"{indent}  {verdict.waived}"
    if verdict.outcome is Outcome.PASSED:
        return
    for need in verdict.needs:
        who = f" ({need.who})" if need.who else ""
        where = f" -> {need.url}" if need.url else ""
        yield f"{indent}  - {need.what}{who}{where}"
    for child in verdict.children:
        if child.outcome is not Outcome.PASSED or child.waived:
            yield from _plain(child, timezone, indent + "  ")


def _report(case: Case, claim: str, notes: Sequence[str]) -> Document:
    checked = f"Checked {moment(case.at, case.timezone)}; Closeout checks again by itself."
    last = "It closes by itself when everything is met." if case.closes_itself else ""
    return Document(
        (
            _strong(f"Closeout: {called(case.name)} {claim} ({_tally(case)})."),
            Paragraph(text(checked)),
            *_checks(case),
            *(Paragraph(text(note)) for note in notes),
            *((Paragraph(text(last)),) if last else ()),
            _links(case),
        )
    )


def _tally(case: Case) -> str:
    met, live = count(case.verdict)
    waived = sum(child.waived is not None for child in case.verdict.children)
    return f"{met} of {live} met" + (f", {waived} of them by waiver" if waived else "")


def _checks(case: Case) -> Iterator[Block]:
    """List what is open, then name what follows from it, then what is met."""
    checked_on = case.at.astimezone(case.timezone).date()
    shown = [child for child in case.verdict.children if _is_open(child) or child.waived]
    items = [child for child in shown if not _follows(child)]
    following = [child for child in shown if _follows(child)]
    if not any(map(_is_open, items)):  # there is nothing that they could follow from
        items, following = shown, []
    if items:
        yield BulletList(tuple(_item(child, checked_on) for child in items))
    for words, checks in (
        ("Unmet, and comes with the above: ", following),
        ("Met: ", [child for child in case.verdict.children if _is_met(child)]),
    ):
        if checks:
            titles = " · ".join(check.title for check in checks)
            yield Paragraph(text(Text(words, strong=True), titles))


def _is_open(verdict: Verdict) -> bool:
    return verdict.outcome in {Outcome.BLOCKED, Outcome.UNKNOWN}


def _is_met(verdict: Verdict) -> bool:
    return verdict.outcome is Outcome.PASSED and not verdict.waived


def _follows(verdict: Verdict) -> bool:
    """Whether a blocked check asks nobody for anything that is not asked for elsewhere."""
    needs = verdict.needs
    return verdict.outcome is Outcome.BLOCKED and bool(needs) and all(n.follows for n in needs)


def _item(verdict: Verdict, checked_on: date) -> ListItem:
    """Write a check on one line with its link, and below it what to do; the rest is on the page.

    What follows from another check's needs is left out where there is anything else to do.
    """
    since = verdict.since.date() if verdict.since else checked_on
    waiting = f" Since {day(since)}." if since < checked_on else ""
    waived = f" {_by_whom(verdict.waived)}" if verdict.waived else ""
    title = Text(f"{word(verdict).capitalize()}: {verdict.title}.", strong=True)
    needs = [need for need in verdict.needs if not need.follows] or verdict.needs
    where = _one_place(needs) if needs else verdict.url
    line = text(title, f"{waived} {sentence(verdict.summary)}{waiting}", *_opens(where))
    below = tuple(ListItem(_need(need, where)) for need in needs)
    return ListItem(line, (BulletList(below),) if below else ())


def _by_whom(waived: str) -> str:
    """Write `waived by … until …: …` behind a title that says "Waived" already."""
    words = waived.removeprefix("waived ")
    return f"{words[:1].upper()}{words[1:]}"


def _one_place(needs: Sequence[Need]) -> str | None:
    """Return the address that all of a check's needs share, so that it stands there once."""
    places = {need.url for need in needs}
    return places.pop() if len(places) == 1 else None


def _need(need: Need, shown: str | None) -> tuple[Inline, ...]:
    who = f" ({need.who})" if need.who else ""
    return text(need.what, who, *_opens(need.url if need.url != shown else None))


def _opens(url: str | None) -> tuple[str | Inline, ...]:
    return (" ", link("open", url)) if url else ()


def _delivery(case: Case) -> str:
    delivered = case.delivered_at.astimezone(case.timezone).date()
    return f"Delivery date kept: {day(delivered)}."


def _links(case: Case) -> Paragraph:
    parts: list[str | Inline] = []
    if case.page_url:
        parts += [link("Post-mortem", case.page_url), " · "]
    parts += [link("All checks, waiver, verification", case.case_url), f" · Rules: {case.policy}"]
    return Paragraph(text(*parts))


def _strong(words: str) -> Paragraph:
    return Paragraph(text(Text(words, strong=True)))
