"""What somebody may write for a closing object."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.mapping.keys import Closing, Kind, Spoken, closing, maybe_closing, spoken
from service.ports import NotFound

SITE = "https://acme.atlassian.net"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("issue:10001", Spoken(Kind.ISSUE, "10001")),
        ("version:10500", Spoken(Kind.VERSION, "10500")),
        ("project:10000", Spoken(Kind.PROJECT, "10000")),
        ("NOVA-12", Spoken(Kind.ISSUE, "NOVA-12")),
        (" nova-12 ", Spoken(Kind.ISSUE, "NOVA-12")),
        ("NOVA:1.4", Spoken(Kind.VERSION, "1.4", "NOVA")),
        ("NOVA:Spring release", Spoken(Kind.VERSION, "Spring release", "NOVA")),
        ("10500", Spoken(Kind.VERSION, "10500")),
        ("NOVA", Spoken(Kind.PROJECT, "NOVA")),
        (f"{SITE}/browse/NOVA-12", Spoken(Kind.ISSUE, "NOVA-12")),
        (f"{SITE}/jira/browse/NOVA-12?focusedId=7", Spoken(Kind.ISSUE, "NOVA-12")),
        (f"{SITE}/browse/NOVA", Spoken(Kind.PROJECT, "NOVA")),
        (f"{SITE}/projects/NOVA/versions/10500/tab/release-report", Spoken(Kind.VERSION, "10500")),
        (f"{SITE}/jira/software/c/projects/NOVA/issues/NOVA-12", Spoken(Kind.ISSUE, "NOVA-12")),
        (f"{SITE}/jira/software/projects/NOVA/boards/1", Spoken(Kind.PROJECT, "NOVA")),
        (
            f"{SITE}/jira/software/projects/NOVA/boards/1?selectedIssue=NOVA-12",
            Spoken(Kind.ISSUE, "NOVA-12"),
        ),
    ],
)
def test_a_closing_object_goes_by_many_names(text: str, expected: Spoken) -> None:
    assert expected == spoken(text)


@pytest.mark.parametrize("text", ["", "NOVA:", ":1.4", "12-NOVA", "a b"])
def test_what_names_nothing_is_not_found_and_says_what_to_write(text: str) -> None:
    with pytest.raises(NotFound, match="NOVA-12"):
        spoken(text)


def test_only_a_canonical_key_is_one() -> None:
    assert Closing(Kind.ISSUE, "10001") == closing("issue:10001")
    with pytest.raises(NotFound):
        closing("NOVA-12")


@given(st.text())
def test_no_text_is_a_surprise(text: str) -> None:
    try:
        said = spoken(text)
    except NotFound:
        return

    assert said.word


@given(st.sampled_from(Kind), st.integers(0, 10**19).map(str))
def test_a_canonical_key_reads_back(kind: Kind, id_: str) -> None:
    assert Closing(kind, id_) == maybe_closing(str(Closing(kind, id_)))
