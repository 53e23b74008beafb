"""What an undocumented record says of the planned finish, and when it says nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.linear.mapping import plan
from service.domain.tracking import PlanChange

AT = datetime(2026, 2, 1, 10, tzinfo=UTC)
LATER = datetime(2026, 3, 1, 10, tzinfo=UTC)
MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 30)


@pytest.mark.parametrize(
    "record",
    [
        pytest.param({"targetDate": {"from": "2026-03-31", "to": "2026-04-30"}}, id="from, to"),
        pytest.param({"targetDate": {"old": "2026-03-31", "new": "2026-04-30"}}, id="old, new"),
        pytest.param({"targetDate": ["2026-03-31", "2026-04-30"]}, id="a pair"),
        pytest.param(
            {"fromTargetDate": "2026-03-31", "toTargetDate": "2026-04-30"}, id="as in an issue"
        ),
        pytest.param(
            [{"field": "targetDate", "before": "2026-03-31", "after": "2026-04-30"}], id="a list"
        ),
        pytest.param(
            {"entries": [{"type": "targetDate", "from": "2026-03-31", "to": "2026-04-30"}]},
            id="nested",
        ),
        pytest.param(
            {
                "statusId": {"from": "a", "to": "b"},
                "targetDate": {"from": "2026-03-31T00:00:00.000Z", "to": "2026-04-30"},
            },
            id="beside another field",
        ),
    ],
)
def test_a_change_of_the_target_is_read_in_any_usual_form(record: object) -> None:
    assert (PlanChange(AT, MARCH, APRIL),) == plan.plan_changes([(AT, record)], None)


def test_a_first_target_and_a_cleared_one_have_one_side() -> None:
    records: list[tuple[datetime, object]] = [
        (LATER, {"targetDate": {"from": "2026-03-31", "to": None}}),
        (AT, {"targetDate": {"to": "2026-03-31"}}),
    ]

    assert (PlanChange(AT, None, MARCH), PlanChange(LATER, MARCH, None)) == plan.plan_changes(
        records, None
    )


def test_a_record_of_other_fields_says_that_the_plan_stood_still() -> None:
    assert plan.plan_changes([(AT, {"statusId": {"from": "a", "to": "b"}}), (AT, {})], None) == ()


@pytest.mark.parametrize(
    "record",
    [
        pytest.param("moved", id="words"),
        pytest.param({"what": {"is": {"this": 1}}}, id="another shape"),
        pytest.param({"targetDate": "2026-04-30"}, id="one date only"),
        pytest.param({"targetDate": {"from": "spring", "to": "2026-04-30"}}, id="no date"),
        pytest.param(
            {"field": "targetDate", "value": "2026-04-30", "statusId": {"from": "a", "to": "b"}},
            id="named, not understood",
        ),
    ],
)
def test_a_record_that_cannot_be_read_makes_the_plan_unknown(record: object) -> None:
    good = {"targetDate": {"from": "2026-03-31", "to": "2026-04-30"}}

    assert plan.plan_changes([(AT, record), (LATER, good)], None) is None


def test_dates_of_a_period_stand_for_its_end_and_the_period_is_undone_too() -> None:
    records: list[tuple[datetime, object]] = [
        (AT, {"targetDate": {"from": None, "to": "2026-03-10"}}),
        (
            LATER,
            {
                "targetDate": {"from": "2026-03-10", "to": "2026-04-01"},
                "targetDateResolution": {"from": None, "to": "quarter"},
            },
        ),
    ]

    # Before the quarter it was an exact day.
    assert (
        PlanChange(AT, None, date(2026, 3, 10)),
        PlanChange(LATER, date(2026, 3, 10), date(2026, 6, 30)),
    ) == plan.plan_changes(records, "quarter")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["targetDate", "2026-03-31", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["from", "to", "targetDate", "field", "x"]), inner)
    ),
)


@given(JSON)
def test_no_record_whatever_breaks_the_reading(record: object) -> None:
    found = plan.plan_changes([(AT, record)], "quarter")

    assert found is None or all(change.before != change.after for change in found)
