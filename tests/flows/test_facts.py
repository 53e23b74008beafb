"""What Closeout keeps of a plan by itself, and what people tell: who may change what, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from service.domain.closeout import CloseoutStatus
from service.domain.metrics import StatusSets
from service.domain.money import Finances, Money, Rate
from service.domain.plan_facts import FactName, FactSource
from service.domain.recorded_time import Choice, SheetRow, TimeSheet
from service.domain.tracking import ProjectRef, Status, StatusCategory
from service.flows.facts import Told, unreadable
from service.flows.prepare import prepare
from service.ports import Refused
from tests.domain.builders import an_issue, issues_of
from tests.web.house import ACME, DAY, NOW, House, a_closeout

ROBIN = Told("Robin Vega", FactSource.CLI)
JANUARY_4 = datetime(2027, 1, 4, 9, tzinfo=UTC)
JANUARY_8 = datetime(2027, 1, 8, 9, tzinfo=UTC)


def an_open_case(house: House) -> None:
    """A closeout whose figures are kept, of a project with one issue that was done in time."""
    case = a_closeout(house)
    desk = house.desks["acme"]
    issue = an_issue(
        "NOVA-1",
        "todo 2d, in_progress 3d, done",
        created=JANUARY_4,
        projects=[ACME.key],
    )
    desk.kept_issues = issues_of(issue)
    prepare(
        replace(case, page_id=None), desk.projects[ACME.key], tools=house.services.tools("acme")
    )


def snapshot(house: House) -> Mapping[str, Any]:
    found: Mapping[str, Any] = house.services.metrics(ACME)
    return found


def facts(house: House, name: FactName, ref: ProjectRef = ACME) -> list[Mapping[str, object]]:
    return [fact.value for fact in house.store.facts(ref) if fact.name is name]


def closes(house: House) -> None:
    case = house.store.closeout(ACME)
    assert case is not None
    house.store.move(case, CloseoutStatus.CLOSED, reason="met", at=NOW)


def chosen(house: House, at: datetime | None = JANUARY_8, reason: str = "the contract") -> bool:
    return house.services.planning.choose_baseline(ACME, at, reason=reason, told=ROBIN)


class TestLooking:
    def test_each_look_at_a_project_keeps_what_changed_of_its_plan(self, house: House) -> None:
        desk = house.desks["acme"]
        shown = desk.add("nova", "Nova")
        for target in (date(2027, 3, 1), date(2027, 3, 1), date(2027, 4, 1)):
            desk.projects["nova"] = replace(shown, target_on=target)
            house.store.mark_due(ACME, house.now, "a look")
            house.services.work()
            house.now += DAY

        found = [fact for fact in house.store.facts(ACME) if fact.name is FactName.TARGET]

        assert [(NOW, "2027-03-01"), (NOW + 2 * DAY, "2027-04-01")] == [
            (fact.at, fact.value["on"]) for fact in found
        ]
        assert {(FactSource.TRACKER, None)} == {(fact.source, fact.by) for fact in found}

    def test_the_plan_of_a_tracker_that_keeps_none_is_known_from_the_first_look_on(
        self, house: House
    ) -> None:
        desk = house.desks["acme"]
        shown = desk.add("nova", "Nova")
        desk.projects["nova"] = replace(
            shown, target_on=date(2027, 4, 1), started_at=NOW + DAY, plan_changes=None
        )
        before = snapshot(house)["metrics"]["schedule"]["planned_finish"]
        house.now += 2 * DAY

        after = snapshot(house)["metrics"]["schedule"]["planned_finish"]

        assert before["value"] is None
        assert "2027-04-01" == after["value"]


class TestTheKickOff:
    def test_a_chosen_one_is_told_with_its_reason_and_never_with_who_chose_it(
        self, house: House
    ) -> None:
        an_open_case(house)

        anew = chosen(house)

        window = snapshot(house)["window"]
        assert anew
        assert "2027-01-08T09:00:00Z" == window["baseline"]
        assert "chosen on 19 Mar 2027: the contract" == window["reasons"]["baseline"]
        assert "Robin" not in str(snapshot(house))

    def test_who_when_and_why_are_kept_as_a_trace(self, house: House) -> None:
        an_open_case(house)

        chosen(house)

        (fact,) = [one for one in house.store.facts(ACME) if one.name is FactName.BASELINE]
        case = house.store.closeout(ACME)
        notes = [note.text for note in house.store.notes(case.id if case else None)]
        assert ("Robin Vega", FactSource.CLI, NOW) == (fact.by, fact.source, fact.at)
        assert "Kick-off set to 2027-01-08T09:00:00Z: the contract (by Robin Vega)" in notes
        assert "The figures were worked out anew; the page stands as it was written" in notes

    def test_the_page_is_not_touched(self, house: House) -> None:
        an_open_case(house)
        pages = dict(house.desks["acme"].pages)

        chosen(house)

        assert pages == house.desks["acme"].pages

    def test_taken_back_the_rules_hold_again(self, house: House) -> None:
        an_open_case(house)
        before = snapshot(house)["window"]
        chosen(house)

        chosen(house, None, "it was a mistake")

        assert before == snapshot(house)["window"]

    @pytest.mark.parametrize(
        ("at", "words"),
        [
            pytest.param(NOW, "lies after 2027-03-06T13:02:00Z: choose one before", id="late"),
            pytest.param(None, "there is nothing to clear", id="nothing to take back"),
        ],
    )
    def test_what_can_not_be_a_kick_off_is_refused(
        self, at: datetime | None, words: str, house: House
    ) -> None:
        an_open_case(house)

        with pytest.raises(Refused, match=words):
            chosen(house, at)

    def test_the_same_choice_twice_is_refused(self, house: House) -> None:
        an_open_case(house)
        chosen(house)

        with pytest.raises(Refused, match="that is how it stands already"):
            chosen(house)

    def test_a_project_that_is_not_in_closing_may_have_one(self, house: House) -> None:
        house.desks["acme"].add("nova", "Nova")

        anew = chosen(house)

        assert not anew
        assert "2027-01-08T09:00:00Z" == snapshot(house)["window"]["baseline"]


class TestMoney:
    def test_a_budget_and_a_cost_are_in_the_figures(self, house: House) -> None:
        an_open_case(house)
        planning = house.services.planning
        planning.approve_budget(ACME, Money(Decimal(1000), "EUR"), JANUARY_4 - DAY, told=ROBIN)
        planning.add_cost(
            ACME,
            Money(Decimal("250.50"), "EUR"),
            on=date(2027, 1, 8),
            what="a licence",
            told=ROBIN,
        )

        found = snapshot(house)["metrics"]["cost"]

        assert (1000.0, "EUR") == (found["budget"]["value"], found["budget"]["unit"])
        assert 1 == len(facts(house, FactName.COST))

    def test_a_cost_that_is_there_is_refused_so_that_nothing_counts_twice(
        self, house: House
    ) -> None:
        an_open_case(house)
        cost = Money(Decimal(5), "EUR")
        planning = house.services.planning
        for what in ("a licence", "another"):
            planning.add_cost(ACME, cost, on=date(2027, 1, 8), what=what, told=ROBIN)

        with pytest.raises(Refused, match="is there already"):
            planning.add_cost(ACME, cost, on=date(2027, 1, 8), what="a  licence", told=ROBIN)

    def test_the_rate_of_a_person_holds_for_imported_time_too(self, house: House) -> None:
        people = ("Ada@acme.example", "Ben Castro", "Chiara Dunn")
        rates = tuple(
            Rate(date(2026, 1, 1), Money(Decimal(amount), "EUR"), person_id=person)
            for person, amount in zip(people, (80, 90, 100), strict=True)
        )
        house.services.settings = replace(
            house.services.settings, finances=Finances("EUR", rates=rates)
        )
        an_open_case(house)

        for person in people:
            _imported(house, person=person.lower())

        # Two hours of each: 2 * (80 + 90 + 100).
        found = snapshot(house)["metrics"]["cost"]["actual"]
        assert 540.0 == found["value"], found["reason"]


class TestTime:
    def test_without_apply_nothing_is_kept(self, house: House) -> None:
        an_open_case(house)
        before = snapshot(house)

        found = _imported(house, apply=False)

        assert 1 == found
        assert [] == house.store.imported_time(ACME)
        assert before == snapshot(house)

    def test_imported_hours_are_in_the_figures_of_an_open_closeout(self, house: House) -> None:
        an_open_case(house)

        _imported(house)

        assert 2.0 == snapshot(house)["metrics"]["effort"]["actual_hours"]["value"]

    def test_importing_again_adds_nothing(self, house: House) -> None:
        an_open_case(house)

        found = [_imported(house), _imported(house)]

        assert [1, 0] == found
        assert 1 == len(house.store.imported_time(ACME))

    def test_nobody_can_be_read_from_what_is_stored(self, house: House) -> None:
        an_open_case(house)

        _imported(house)

        (entry,) = house.store.imported_time(ACME)
        (key,) = facts(house, FactName.TIME_KEY)
        assert unreadable(str(key["key"]), "ada  BERG") == entry.person_id
        assert unreadable("00" * 32, "Ada Berg") != entry.person_id
        assert "Berg" not in str(house.store.notes())


class TestTheFrozenReport:
    def test_it_keeps_its_window_and_what_it_was_made_from(self, house: House) -> None:
        an_open_case(house)

        report = snapshot(house)["report"]

        assert {
            "frozen_at": "2027-03-19T13:02:00Z",
            "closed_at": "2027-03-06T13:02:00Z",
            "baseline": "2027-01-06T09:00:00Z",
            "close": "2027-03-06T13:02:00Z",
            "catalogue": snapshot(house)["catalogue"],
        }.items() <= report.items()
        assert {"issues", "plan", "time", "money", "statuses", "calendar"} == set(report["digests"])

    def test_what_changes_in_the_tracker_later_changes_nothing_on_it(self, house: House) -> None:
        an_open_case(house)
        frozen = snapshot(house)

        house.desks["acme"].kept_issues = issues_of()

        assert frozen == snapshot(house)
        differs = house.services.planning.against_report(ACME)
        assert ("input", "issues") in [(one.kind, one.name) for one in differs]
        assert ("scope.final", 1, 0) in [(one.name, one.before, one.after) for one in differs]

    def test_another_meaning_of_a_status_is_told_as_such(self, house: House) -> None:
        an_open_case(house)
        settings = house.services.settings
        spaces = {
            name: replace(space, status_sets=StatusSets(active=frozenset({"Done"})))
            for name, space in settings.workspaces.items()
        }
        house.services.settings = replace(settings, workspaces=spaces)

        differs = house.services.planning.against_report(ACME)

        assert [("input", "statuses")] == [
            (one.kind, one.name) for one in differs if one.kind == "input"
        ]

    def test_a_project_that_was_given_up_is_one_though_it_is_held_open(self, house: House) -> None:
        an_open_case(house)
        case = house.store.closeout(ACME)
        assert case is not None
        given_up = Status("s-x", "Cancelled", StatusCategory.CANCELLED)
        house.store.save_closeout(replace(case, closing_into=given_up))

        chosen(house)

        schedule = snapshot(house)["metrics"]["schedule"]
        assert "2027-03-06" == schedule["abandoned_on"]["value"]

    def test_unchanged_it_differs_in_nothing(self, house: House) -> None:
        an_open_case(house)
        chosen(house)
        _imported(house)
        house.now += 30 * DAY

        assert () == house.services.planning.against_report(ACME)

    def test_a_project_without_one_has_nothing_to_compare_with(self, house: House) -> None:
        house.desks["acme"].add("nova", "Nova")

        with pytest.raises(Refused, match="has no report to compare with"):
            house.services.planning.against_report(ACME)

    def test_once_the_closeout_is_closed_nothing_that_is_told_changes_it(
        self, house: House
    ) -> None:
        an_open_case(house)
        closes(house)
        planning, money = house.services.planning, Money(Decimal(5), "EUR")
        tellings: tuple[Callable[[], object], ...] = (
            lambda: chosen(house),
            lambda: planning.approve_budget(ACME, money, None, told=ROBIN),
            lambda: planning.add_cost(ACME, money, on=date(2027, 1, 8), what="it", told=ROBIN),
            lambda: _imported(house),
        )
        frozen = snapshot(house)

        for telling in tellings:
            with pytest.raises(Refused, match="its report does not change; take the project up"):
                telling()

        assert frozen == snapshot(house)
        assert {FactSource.TRACKER} == {fact.source for fact in house.store.facts(ACME)}


def _imported(house: House, *, person: str = "Ada Berg", apply: bool = True) -> int:
    """Import two hours on the one issue; return how many rows were new."""
    row = SheetRow(2, date(2027, 1, 8), 7200, ("NOVA-1",), person=person)
    sheet = TimeSheet("csv", (row,))
    found = house.services.planning.import_hours(ACME, sheet, Choice(), apply=apply)
    return len(found.added)
