from __future__ import annotations

import tomllib
from typing import Any

import pytest

from service.domain.checks import CHECKS, check_of
from service.domain.policy import KNOWN, BadPolicy, Level, Policy, Roles
from service.domain.postmortem import Section
from tests.domain.gate_builders import CONFIG, ENGLISH

SHIPPED = tomllib.loads((CONFIG / "policies" / "default.toml").read_text(encoding="utf-8"))


def test_the_shipped_policy_says_what_the_built_in_one_does() -> None:
    shipped, built_in = Policy.from_toml(SHIPPED), Policy()

    for field in Policy.__dataclass_fields__:
        if field != "version":
            assert getattr(built_in, field) == getattr(shipped, field), field


def test_an_empty_file_is_the_default() -> None:
    policy = Policy.from_toml({})

    assert policy.level == Level.VERIFIED
    assert tuple(KNOWN.values()) == policy.checks
    assert (policy.actions_min, policy.actions_max) == (3, 5)
    assert (policy.settle_seconds, policy.reopened_within_days) == (10, 14)


def test_every_known_check_can_be_built_and_knows_its_name() -> None:
    policy = Policy()

    built = [check_of(spec, policy, ENGLISH) for spec in policy.checks]

    assert list(KNOWN) == [check.name for check in built] == list(CHECKS)


def test_a_policy_reads_its_own_values() -> None:
    policy = Policy.from_toml(
        {
            "name": "strict",
            "version": "7",
            "level": "complete",
            "actions_min": 1,
            "close_when_met": False,
            "who": {"facilitator": "the delivery lead"},
            "checks": [
                {"name": "sections-filled", "sections": ["lessons"]},
                {"name": "success-specific", "minimum": 2, "every": True},
                "actions-agreed",
            ],
        }
    )

    assert (policy.name, policy.version, policy.level) == ("strict", "7", Level.COMPLETE)
    assert Roles("the delivery lead", "the process owner") == policy.who
    assert [spec.name for spec in policy.checks] == [
        "sections-filled",
        "success-specific",
        "actions-agreed",
    ]
    assert policy.checks[0].sections == (Section.LESSONS,)
    assert (policy.checks[1].minimum, policy.checks[1].every) == (2, True)
    assert not policy.close_when_met


def test_a_policy_says_which_checks_may_be_waived() -> None:
    policy = Policy.from_toml(
        {"checks": [{"name": "session-set", "waivable": False}, "actions-agreed"]}
    )

    assert not policy.may_waive("session-set")
    assert policy.may_waive("actions-agreed")
    assert not policy.may_waive("page-exists")
    assert {"page-exists", "page-linked"} == {n for n in KNOWN if not Policy().may_waive(n)}


def test_the_version_follows_the_content() -> None:
    one, same, other = ({"actions_min": n} for n in (1, 1, 2))

    versions = [Policy.from_toml(data).version for data in (one, same, other)]

    assert versions[0] == versions[1] != versions[2]
    assert len(versions[0]) == 8


def test_a_level_asks_for_every_level_before_it() -> None:
    assert Level.VERIFIED.reaches(Level.SCHEDULED)
    assert Level.HELD.reaches(Level.HELD)
    assert not Level.HELD.reaches(Level.COMPLETE)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"levle": "held"}, "no key 'levle'; there are: name, version, level, checks"),
        (
            {"level": "done"},
            "no level 'done'; there are: scheduled, held, complete, ticketed, verified",
        ),
        ({"actions_max": 0}, "actions_max must be a whole number of at least 1, not 0"),
        ({"actions_min": True}, "actions_min must be a whole number of at least 0, not True"),
        ({"actions_min": 6}, "actions_min is 6, more than actions_max (5)"),
        ({"close_when_met": "yes"}, "close_when_met must be true or false, not 'yes'"),
        ({"version": 7}, "version must be words in quotation marks, not 7"),
        ({"name": " "}, "name must be words"),
        ({"who": "Kim"}, "who must be a section"),
        ({"who": {"boss": "x"}}, "no key of [who] 'boss'; there are: facilitator, process_owner"),
        ({"waiver_days": 0}, "waiver_days must be a whole number of at least 1, not 0"),
        (
            {"checks": [{"name": "page-exists", "waivable": "no"}]},
            "waivable must be true or false, not 'no'",
        ),
        ({"checks": []}, "checks must be a list of at least one check"),
        ({"checks": [{"level": 1}]}, "each needs a name"),
        (
            {"checks": [{"name": "page-exist"}]},
            f"no check 'page-exist'; there are: {', '.join(KNOWN)}",
        ),
        ({"checks": ["page-exists", "page-exists"]}, "'page-exists' is there twice"),
        (
            {"checks": [{"name": "page-exists", "minimum": 1}]},
            "no parameter of page-exists 'minimum'; there are: name, waivable",
        ),
        (
            {"checks": [{"name": "sections-filled", "sections": ["summary"]}]},
            "'summary' is not a valid Section; there are: context, ground_rules",
        ),
        (
            {"checks": [{"name": "sections-filled", "sections": []}]},
            "sections must be a list of sections",
        ),
    ],
)
def test_a_wrong_policy_is_refused_with_the_key_and_what_is_allowed(
    data: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadPolicy) as refused:
        Policy.from_toml(data)

    assert said in str(refused.value)
