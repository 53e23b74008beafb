"""The gate: may this project close? A tree of checks, from facts and a policy alone."""

from __future__ import annotations

from dataclasses import replace

from service.domain.checks import Check, check_of
from service.domain.facts import Facts, Unread
from service.domain.language import Language
from service.domain.policy import Policy, Roles
from service.domain.verdict import Outcome, Verdict, all_of, carry, to_json
from service.domain.verification import verification_problem
from service.domain.waivers import waived, waiver_problem
from service.domain.witness import active
from service.domain.words import called, counted, quoted

__all__ = ["carry", "evaluate", "to_json", "verification_problem", "waiver_problem"]


def evaluate(policy: Policy, facts: Facts, language: Language) -> Verdict:
    """Decide whether the project may close.

    - One part for each check of the policy, in its order. A check that the policy's level does
      not ask for is skipped, and says so.
    - A waiver that holds today lets its check pass, visibly.
    - What the facilitator can see to is asked of the project's lead where there is one.
    - `since` is not set here: `carry` takes it over from the verdict before.
    """
    policy = replace(policy, who=_who(policy.who, facts))
    checks = (check_of(spec, policy, language) for spec in policy.checks)
    parts = tuple(waived(_asked(check, policy, facts), facts, policy) for check in checks)
    outcome = all_of(part.outcome for part in parts)
    name = called(facts.project.name)
    return Verdict(
        name="gate",
        title=f"{name} may close",
        outcome=outcome,
        summary=_summary(name, outcome, parts) if facts.closeout else _unasked(name, facts, parts),
        url=facts.project.url,
        children=parts,
    )


def _who(who: Roles, facts: Facts) -> Roles:
    """Name the project's lead as the one who can see to the page, while the account is active."""
    lead = facts.project.lead
    people = () if isinstance(facts.people, Unread) else facts.people
    if lead is None or not lead.name.strip() or not active(lead, people):
        return who
    return replace(who, facilitator=f"{lead.name.strip()}, project lead")


def _asked(check: Check, policy: Policy, facts: Facts) -> Verdict:
    """Evaluate a check where the policy's level asks for it, else skip it with the reason."""
    if check.only and policy.level is not check.level and policy.level.reaches(check.level):
        reason = "Not asked by itself: the filled page is the evidence."
    elif not policy.level.reaches(check.level):
        reason = f"Not asked: the policy's level is {quoted(policy.level)}."
    else:
        return check.evaluate(facts)
    return Verdict(check.name, check.title, Outcome.SKIPPED, reason)


def _unasked(name: str, facts: Facts, parts: tuple[Verdict, ...]) -> str:
    """Say of a project without a closeout that nothing is asked of it."""
    live = sum(part.outcome is not Outcome.SKIPPED for part in parts)
    checks = f"{counted(live, 'check applies', 'checks apply')}"
    if facts.project.closed:
        return f"{name} was closed before Closeout asked anything of it; of a closure, {checks}"
    return f"{name} is not being closed: nothing is asked of it yet; when it is closed, {checks}"


def _summary(name: str, outcome: Outcome, parts: tuple[Verdict, ...]) -> str:
    live = [part for part in parts if part.outcome is not Outcome.SKIPPED]
    met = sum(part.outcome is Outcome.PASSED for part in live)
    unknown = sum(part.outcome is Outcome.UNKNOWN for part in live)
    by_waiver = sum(part.waived is not None for part in live)
    count = f"{met} of {len(live)} met"
    if by_waiver:
        count = f"{count}, {by_waiver} of them by waiver"
    if unknown:
        count = f"{count}, {unknown} not known"
    if not live:
        return f"Whether {name} may close is not known: the policy asks for no check"
    if outcome is Outcome.PASSED:
        return f"{name} may close: {count}"
    if outcome is Outcome.BLOCKED:
        return f"{name} cannot close yet: {count}"
    return f"Whether {name} may close is not known yet: {count}"
