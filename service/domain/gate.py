"""The gate: may this project close? A tree of checks, from facts and a policy alone."""

from __future__ import annotations

from service.domain.checks import Check, check_of
from service.domain.facts import Facts
from service.domain.language import Language
from service.domain.policy import Policy
from service.domain.verdict import Outcome, Verdict, all_of, carry, to_json
from service.domain.verification import verification_problem
from service.domain.waivers import waived, waiver_problem
from service.domain.words import quoted

__all__ = ["carry", "evaluate", "to_json", "verification_problem", "waiver_problem"]


def evaluate(policy: Policy, facts: Facts, language: Language) -> Verdict:
    """Decide whether the project may close.

    - One part for each check of the policy, in its order. A check that the policy's level does
      not ask for is skipped, and says so.
    - A waiver that holds today lets its check pass, visibly.
    - `since` is not set here: `carry` takes it over from the verdict before.
    """
    checks = (check_of(spec, policy, language) for spec in policy.checks)
    parts = tuple(waived(_asked(check, policy, facts), facts) for check in checks)
    outcome = all_of(part.outcome for part in parts)
    name = facts.project.name
    return Verdict(
        name="gate",
        title=f"{name} may close",
        outcome=outcome,
        summary=_summary(name, outcome, parts),
        url=facts.project.url,
        children=parts,
    )


def _asked(check: Check, policy: Policy, facts: Facts) -> Verdict:
    """Evaluate a check where the policy's level asks for it, else skip it with the reason."""
    if check.only and policy.level is not check.level and policy.level.reaches(check.level):
        reason = "Not asked by itself: the filled page is the evidence."
    elif not policy.level.reaches(check.level):
        reason = f"Not asked: the policy's level is {quoted(policy.level)}."
    else:
        return check.evaluate(facts)
    return Verdict(check.name, check.title, Outcome.SKIPPED, reason)


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
