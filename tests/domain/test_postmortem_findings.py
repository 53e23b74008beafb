"""Failings, their whys and their root causes, in every form in which people write them."""

from __future__ import annotations

import pytest

from service.domain.postmortem import Failing, depth
from tests.domain.pages import below, read_page

CHAIN_OF_AN_OFFER = (
    "Accuracy ended 12 points under target",
    "the labels were noisy, found only in week four",
    "discovery did not look at the quality of the data",
    "discovery has no checkpoint for it",
    "its template was made for ordinary software and never adapted to learning systems",
)
CHAIN_OF_LIVE_DATA = (
    "Accuracy fell once the model was live",
    "the training data was unlike the live data",
    "live data was not examined before training",
    "the kickoff checklist has no step for validation",
    "the checklist dates from early clients with tidy data",
    "our process assumes ideal conditions",
)
CHAIN_OF_AN_OUTAGE = (
    "The site was down for ten minutes",
    "the main database ran out of memory",
    "a new aggregation job used more than foreseen",
    "staging held a tenth of the data",
    "load tests need not match the size of production",
    "the deployment checklist has no line about it",
)
GOLDEN = (CHAIN_OF_AN_OFFER, CHAIN_OF_LIVE_DATA, CHAIN_OF_AN_OUTAGE)


def failings(text: str, causes: str = "") -> tuple[Failing, ...]:
    page = below("What did not go well", text) + (below("Root causes", causes) if causes else "")
    return read_page(page).failings


def the_failing(text: str, causes: str = "") -> tuple[str, tuple[str, ...], str | None]:
    (failing,) = failings(text, causes)
    return failing.text, failing.whys, failing.cause


@pytest.mark.parametrize("golden", GOLDEN, ids=["offer", "live data", "outage"])
@pytest.mark.parametrize("arrow", [" <- ", " ← ", "<-", " <-- "])
def test_a_chain_in_one_line_reads_as_its_links(golden: tuple[str, ...], arrow: str) -> None:
    (failing,) = failings(f"- {arrow.join(golden)}")

    assert (golden[0], golden[1:], golden[-1]) == (failing.text, failing.whys, failing.cause)
    assert len(golden) - 1 == depth(failing)


@pytest.mark.parametrize("golden", GOLDEN, ids=["offer", "live data", "outage"])
@pytest.mark.parametrize(
    "form",
    ["bullets", "steps", "unlabelled", "heading", "lines", "bold heading", "numbered whys"],
)
def test_a_chain_reads_the_same_in_every_form(golden: tuple[str, ...], form: str) -> None:
    text, *whys, root = golden
    match form:
        case "bullets":
            lines = [f"* {text}", *(f"  * Why: {why}" for why in whys), f"  * Root cause: {root}"]
        case "steps":
            steps = [f"{'  ' * level}- Why: {why}" for level, why in enumerate(whys, 1)]
            lines = [f"- {text}", *steps, f"{'  ' * (len(whys) + 1)}- Root cause: {root}"]
        case "unlabelled":
            lines = [f"1. {text}", *(f"   - {why}" for why in whys), f"   - **Root cause:** {root}"]
        case "heading":
            lines = [f"### {text}", "", *(f"- Because {why}" for why in whys), f"- Cause: {root}"]
        case "lines":
            lines = [text, *(f"Why? {why}" for why in whys), f"Root cause: {root}"]
        case "bold heading":
            lines = [f"**{text}**", "", *(f"- why - {why}" for why in whys), f"- (root) {root}"]
        case _:
            numbered = (f"  - Why {number}: {why}" for number, why in enumerate(whys, 1))
            lines = [f"- [ ] {text}", *numbered, f"  - The root cause is that {root}"]

    (failing,) = failings("\n".join(lines))

    assert (text, tuple(whys), root) == (failing.text, failing.whys, failing.cause)
    assert len(golden) - 1 == depth(failing)


def test_a_root_marked_in_a_chain_is_its_cause_and_its_last_why() -> None:
    text, *whys, root = CHAIN_OF_LIVE_DATA

    found = the_failing(f"- {' <- '.join((text, *whys))} <- (root) {root}")

    assert (text, (*whys, root), root) == found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Why: a b", ("a b",)),
        ("**Why:** a b", ("a b",)),
        ("_Why?_ a b", ("a b",)),
        ("WHY 2) a b", ("a b",)),
        ("3rd why: a b", ("a b",)),
        ("because a b", ("a b",)),
        ("<- a b", ("a b",)),
        ("← a b", ("a b",)),
        ("Process gap: a b", ("a b",)),
        ("Immediate cause: a b", ("a b",)),
        (
            "Why did nobody see it? There was no alarm",
            ("Why did nobody see it? There was no alarm",),
        ),
        ("Impact: a b", ()),
        ("Where else: a b", ()),
        ("Why:", ()),
    ],
)
def test_a_line_below_a_failing_is_read_by_its_label(line: str, expected: tuple[str, ...]) -> None:
    assert ("Late", expected, None) == the_failing(f"- Late\n  - {line}")


def test_labels_that_stand_alone_speak_for_the_lines_below_them() -> None:
    text = "- Late\n  - Why:\n    - no data\n  - Root cause:\n    - no checkpoint"

    assert ("Late", ("no data",), "no checkpoint") == the_failing(text)


def test_whys_in_one_sentence_are_parted() -> None:
    text = "- Late. Why: no data. Why: nobody asked. Root cause: no checkpoint"

    assert (
        "Late.",
        ("no data.", "nobody asked.", "no checkpoint"),
        "no checkpoint",
    ) == the_failing(text)


def test_two_whys_are_not_yet_a_root_cause() -> None:
    assert ("Late", ("a", "b"), None) == the_failing("- Late\n  - Why: a\n  - Why: b")


def test_the_end_of_three_whys_is_the_root_cause() -> None:
    text = "- Late\n  - Why: a\n  - Why: b\n  - Why: c"

    assert ("Late", ("a", "b", "c"), "c") == the_failing(text)


def test_a_failing_without_whys_has_no_cause() -> None:
    assert ("Late", (), None) == the_failing("- Late")


@pytest.mark.parametrize(
    "text",
    [
        "- One\n- Two\n- Three",
        "1. One\n2. Two\n3. Three",
        "- [ ] One\n- [x] Two\n- [X] Three",
        "One\n\nTwo\n\nThree",
        "### One\n\nSome words.\n\n### Two\n\nSome words.\n\n### Three",
        "### Delivery\n\n- One\n- Two\n\n### Quality\n\n- Three",
        "The main ones were:\n\n- One\n- Two\n- Three",
        "| # | Failing | Why | Root cause |\n|---|---|---|---|\n| 1 | One | | |\n| 2 | Two | | |\n| 3 | Three | | |",
        "- One\n\nTwo\n\n| Problem |\n|---|\n| Three |",
        "- One\n  - Impact: high\n- Two\n- Three",
    ],
)
def test_failings_are_read_from_any_structure_in_the_order_of_the_page(text: str) -> None:
    found = failings(text)

    assert [(1, "One"), (2, "Two"), (3, "Three")] == [(each.number, each.text) for each in found]


def test_a_table_of_failings_gives_whys_and_causes() -> None:
    table = (
        "| Root cause | What happened | Why 1 | Why 2 |\n|---|---|---|---|\n"
        "| no checkpoint | Late | no data | nobody asked <- nobody knew |\n"
    )

    assert ("Late", ("no data", "nobody asked", "nobody knew"), "no checkpoint") == the_failing(
        table
    )


@pytest.mark.parametrize(
    "text", ["None", "- none", "Nothing to report.", "- No failings: all went to plan"]
)
def test_an_explicit_none_is_written_but_is_no_failing(text: str) -> None:
    page = read_page(below("What did not go well", text))

    assert () == page.failings
    assert 1 == sum(len(section.own) for section in page.sections.values())


@pytest.mark.parametrize("words", ["TBD", "tbd.", "n/a", "?", "xxx", "…", "to be defined", ""])
def test_a_placeholder_is_no_failing_no_why_and_no_cause(words: str) -> None:
    whys = f"- Late\n  - Why: {words}\n  - Why: a\n  - Why: b\n  - Root cause: {words}"

    assert () == failings(f"- {words}")
    assert ("Late", ("a", "b"), None) == the_failing(whys)
    assert ("Late", (), None) == the_failing("- Late", f"1: {words}")
    assert ("Late", (), None) == the_failing("- Late", f"- {words}")


@pytest.mark.parametrize("cause", ["- a b c", "a b c", "1. a b c", "* Root cause: a b c"])
def test_the_only_cause_belongs_to_the_only_failing(cause: str) -> None:
    assert ("Late", (), "a b c") == the_failing("- Late", cause)


def test_a_cause_that_names_another_failing_is_not_the_only_ones() -> None:
    page = read_page(below("What did not go well", "- Late") + below("Root causes", "- 7: a b c"))

    assert page.failings[0].cause is None
    assert ("a b c",) == page.loose_causes


def test_as_many_bullets_as_failings_are_loose_causes() -> None:
    text = below("What did not go well", TWO) + below("Root causes", "- a b c\n- d e f\n- TBD")

    page = read_page(text)

    assert [None, None] == [failing.cause for failing in page.failings]
    assert ("a b c", "d e f") == page.loose_causes


def test_causes_that_found_their_failing_are_not_loose() -> None:
    text = below("What did not go well", TWO) + below("Root causes", "- 1: a b c\n- d e f")

    assert ("d e f",) == read_page(text).loose_causes
    assert () == read_page(text.replace("- d e f", "- 2: d e f")).loose_causes


TWO = "- Launch was late\n- Accuracy was 12 points under target"


@pytest.mark.parametrize(
    ("causes", "expected"),
    [
        ("1: a b c\n2: d e f", ["a b c", "d e f"]),
        ("- 2: d e f\n- 1: a b c", ["a b c", "d e f"]),
        ("- #2 d e f", [None, "#2 d e f"]),
        ("- Issue 1: a b c", ["a b c", None]),
        ("- a b c (1)\n- d e f (2)", ["a b c (1)", "d e f (2)"]),
        ("- Findings 1 and 2: a b c", ["a b c", "a b c"]),
        ("- 1, 2: a b c", ["a b c", "a b c"]),
        ("1. a b c\n2. d e f", ["a b c", "d e f"]),
        ("- a b c\n- d e f", [None, None]),
        ("1. a b c", [None, None]),
        ("1. a b c\n2. d e f\n3. g h i", [None, None]),
        ("| Cause |\n|---|\n| a b c |\n| d e f |", ["a b c", "d e f"]),
        ("| Finding | Root cause |\n|---|---|\n| 2 | d e f |\n| 1 | a b c |", ["a b c", "d e f"]),
        ("| Finding | Root cause |\n|---|---|\n| Launch was late | a b c |", ["a b c", None]),
        ("- Accuracy was 12 points under target: d e f", [None, "d e f"]),
        (
            "- “points under target” came from d e f",
            [None, "“points under target” came from d e f"],
        ),
        ("- Launch was late\n  - Root cause: a b c", ["a b c", None]),
        ("### Issue 2\n\nd e f", [None, "d e f"]),
        ("Launch was late:\n\n- a b c", ["a b c", None]),
        ("- 3 teams share one tester", [None, None]),
        ("- 1.5 days were lost each week", [None, None]),
        ("- 2-week reviews came too late", [None, None]),
        ("- 7: g h i", [None, None]),
        ("- 1: a b c\n- 1: d e f", ["a b c; d e f", None]),
        ("- 1: late <- no data <- no checkpoint", ["no checkpoint", None]),
        ("None", [None, None]),
    ],
)
def test_a_root_cause_finds_its_failing_by_number_words_or_place(
    causes: str, expected: list[str | None]
) -> None:
    assert expected == [failing.cause for failing in failings(TWO, causes)]


def test_a_cause_of_its_own_comes_before_the_one_in_the_section() -> None:
    assert ("Late", (), "a b") == the_failing("- Late\n  - Root cause: a b", "1: c d")


def test_the_section_of_causes_comes_before_the_end_of_a_chain() -> None:
    text = "- Late\n  - Why: a\n  - Why: b\n  - Why: c"

    assert ("Late", ("a", "b", "c"), "d e") == the_failing(text, "1: d e")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- One\n  - because of this\n- Two", ("One", "Two")),
        ("One\n\nTwo", ("One", "Two")),
        ("1. One\n2. Two", ("One", "Two")),
        ("- [x] One\n- [X] Two", ("One", "Two")),
        ("### Delivery\n\n- One\n\n### Team\n\n- Two", ("One", "Two")),
        ("### One\n\n### Two", ("One", "Two")),
        ("| What | Evidence |\n|---|---|\n| One | x |\n| | |\n| Two | y |", ("One | x", "Two | y")),
        ("These:\n\n- One\n- Two", ("One", "Two")),
        ("None", ()),
        ("- …\n- -", ()),
        ("", ()),
    ],
)
def test_successes_are_read_from_any_structure(text: str, expected: tuple[str, ...]) -> None:
    assert expected == read_page(below("What went well", text)).successes
