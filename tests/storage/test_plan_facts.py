"""What becomes known of a plan is only added to, once for each change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from service.domain.plan_facts import FactName, FactSource, PlanFact
from service.storage import SqlStore, open_store
from tests.storage.builders import APOLLO, BEACON, MINUTE, NOON, at_once

JUNE = {"on": "2026-06-30", "coarse": False}
JULY = {"on": "2026-07-31", "coarse": False}


def a_fact(value: Mapping[str, object] = JUNE, minutes: int = 0, **fields: object) -> PlanFact:
    usual = PlanFact(APOLLO, FactName.TARGET, NOON + minutes * MINUTE, value, FactSource.TRACKER)
    return replace(usual, **fields)  # type: ignore[arg-type]  # the fields are the caller's


def test_a_change_is_kept_and_what_stays_is_not_kept_again(store: SqlStore) -> None:
    looks = [a_fact(), a_fact(minutes=1), a_fact(JULY, 2), a_fact(JULY, 3), a_fact(minutes=4)]

    kept = [store.keep_fact(one) for one in looks]

    assert [True, False, True, False, True] == kept
    assert [looks[0], looks[2], looks[4]] == store.facts(APOLLO)


def test_facts_of_other_names_and_projects_stand_apart(store: SqlStore) -> None:
    start = a_fact({"on": "2026-01-05"}, name=FactName.START)
    told = a_fact({"at": None, "reason": "…"}, name=FactName.BASELINE, by="Robin")
    elsewhere = a_fact(project=BEACON)

    for one in (a_fact(), start, told, elsewhere):
        store.keep_fact(one)

    assert [told, start, a_fact()] == store.facts(APOLLO)
    assert [elsewhere] == store.facts(BEACON)


def test_of_workers_that_see_one_change_at_once_one_keeps_it(
    database: str, store: SqlStore
) -> None:
    store.keep_fact(a_fact())
    others = [open_store(database) for _ in range(4)]

    kept = at_once(4, lambda number: others[number].keep_fact(a_fact(JULY, number)))

    assert [False, False, False, True] == sorted(kept)
    assert [JUNE, JULY] == [fact.value for fact in store.facts(APOLLO)]
    for one in others:
        one.close()


def test_two_that_tell_different_things_at_once_are_both_kept(
    database: str, store: SqlStore
) -> None:
    others = [open_store(database) for _ in range(4)]
    values = [{"amount": str(number), "currency": "EUR"} for number in range(4)]

    kept = at_once(4, lambda number: others[number].keep_fact(a_fact(values[number])))

    assert [True] * 4 == kept
    found = sorted(store.facts(APOLLO), key=lambda fact: str(fact.value["amount"]))
    assert values == [fact.value for fact in found]
    for one in others:
        one.close()


def test_what_no_engine_can_hold_is_not_news_at_every_look(store: SqlStore) -> None:
    broken = a_fact({"targets": [{"id": None, "name": "M\ud800 \0", "on": None}]})

    assert [True, False] == [store.keep_fact(broken), store.keep_fact(broken)]
