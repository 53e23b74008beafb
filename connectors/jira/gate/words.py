"""How workflows, transitions and scopes are named in sentences. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.jira.gate import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from connectors.jira.gate.survey import Flow, Scope, Survey
    from connectors.jira.settings import JiraSettings

    Raw = dict[str, Any]


def transition(raw: Raw, survey: Survey) -> str:
    """Name a transition by its name and by where it leads: “Done” (In Review → Done)."""
    to = survey.status_name(raw.get("toStatusReference"))
    if raw.get("type") == rules.INITIAL:
        start = "creation"
    elif raw.get("type") == rules.GLOBAL:
        start = "any status"
    else:
        links = raw.get("links") or ()
        names = (survey.status_name(one.get("fromStatusReference")) for one in links)
        start = ", ".join(dict.fromkeys(names)) or "some status"
    return f"“{raw.get('name')}” ({start} → {to})"


def flow(of: Flow) -> str:
    """Name a workflow and what is gated in it: workflow “X” (Epic in Nova (NOVA))."""
    return f"{of} ({scopes(of.scopes)})" if of.scopes else str(of)


def scopes(many: Sequence[Scope]) -> str:
    """Name issue types, those of the same project together."""
    by_place: dict[str, list[str]] = {}
    for one in many:
        by_place.setdefault(str(one.place), []).append(one.type_name)
    return "; ".join(f"{listed(types)} in {place}" for place, types in by_place.items())


def listed(words: Iterable[str]) -> str:
    """Join words as a person would say them: a, b and c."""
    all_words = list(dict.fromkeys(words))
    if len(all_words) < 2:  # noqa: PLR2004
        return "".join(all_words)
    return f"{', '.join(all_words[:-1])} and {all_words[-1]}"


def configured(settings: JiraSettings) -> str:
    """Name the closing issue types as the configuration spells them."""
    return listed(name for one in settings.closes for name in one.issue_types)


def own_workflow(of: Flow) -> str:
    """Say how an admin gives the closing issue types a workflow of their own."""
    types = listed(scope.type_name for scope in of.scopes)
    if of.team_managed:
        place = of.scopes[0].place
        return (
            f"in {place} open Project settings > Work types > {types} > Edit workflow, and save "
            f"it for {types} only; then install the gate again"
        )
    return (
        f"as a Jira admin: Settings > Work items > Workflows > copy “{of.name}”, then assign the "
        f"copy to {types} in the workflow scheme of {listed(str(p) for p in of.places)}; then "
        "install the gate again"
    )
