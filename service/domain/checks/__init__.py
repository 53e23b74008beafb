"""The checks of the gate: small frozen values, each with a name, a level and one question."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service.domain.checks.actions import ActionsAgreed
from service.domain.checks.content import FailingsCaused, SectionsFilled, SuccessSpecific
from service.domain.checks.page import PageExists, PageLinked
from service.domain.checks.session import SessionHeld, SessionSet
from service.domain.checks.shape import Check
from service.domain.checks.tickets import ActionsVerified, TicketsExist
from service.domain.language import Language
from service.domain.policy import CheckSpec, Policy

__all__ = ["CHECKS", "Check", "check_of"]

CHECKS: Mapping[str, Callable[[CheckSpec, Policy, Language], Check]] = {
    PageExists.name: lambda _spec, policy, _words: PageExists(policy.who),
    PageLinked.name: lambda _spec, policy, _words: PageLinked(policy.who),
    SessionSet.name: lambda _spec, policy, _words: SessionSet(policy.who),
    SessionHeld.name: lambda _spec, policy, _words: SessionHeld(policy.who),
    SectionsFilled.name: lambda spec, policy, _words: SectionsFilled(policy.who, spec.sections),
    SuccessSpecific.name: lambda spec, policy, words: SuccessSpecific(
        policy.who, words, spec.minimum, spec.every
    ),
    FailingsCaused.name: lambda _spec, policy, _words: FailingsCaused(policy.who),
    ActionsAgreed.name: lambda _spec, policy, words: ActionsAgreed(
        policy.who, words, policy.actions_min, policy.actions_max
    ),
    TicketsExist.name: lambda _spec, policy, words: TicketsExist(
        policy.who, words, policy.actions_max, policy.settle_seconds
    ),
    ActionsVerified.name: lambda spec, policy, words: ActionsVerified(
        policy.who, words, policy.actions_max, spec.label
    ),
}


def check_of(spec: CheckSpec, policy: Policy, language: Language) -> Check:
    """Build the check that a policy names."""
    return CHECKS[spec.name](spec, policy, language)
