"""CSV files of working time as the tools write them: told by their header, read cell by cell."""

from __future__ import annotations

from datetime import date, time

import pytest

from service.domain.recorded_time import SheetRow
from service.timesheets import DateOrder, UnreadableSheet, read_sheet

HOUR = 3600
MAY_4 = date(2026, 5, 4)

HARVEST = (
    "Date,Client,Project,Project Code,Task,Notes,Hours,Hours Rounded,Billable?,Invoiced?,"
    "Approved?,First Name,Last Name,Roles,Employee?,Billable Rate,Billable Amount,Cost Rate,"
    "Cost Amount,Currency,External Reference URL\n"
    '2026-05-04,Acme,Nova,N,Design,"NOVA-7: first, sketch",1.50,1.5,Yes,No,No,Ada,Berg,'
    "Design,Yes,100,150,60,90,EUR,https://tracker.example/issue/NOVA-7\n"
)
TOGGL = (
    "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,"
    "Duration,Tags,Amount ()\n"
    "Ada Berg,ada@acme.example,Acme,Nova,,NOVA-7 sketch,No,2026-05-04,09:25:02,2026-05-04,"
    "10:55:02,01:30:00,design,\n"
)
TEMPO = (
    "Issue Key,Issue summary,Hours,Work date,Username,Full name,Period,Account Key,Project Key,"
    "Project Name,Work Description\n"
    "NOVA-7,Sketch,1.5,2026-05-04 09:25,aberg,Ada Berg,0526,ACC,NOVA,Nova,drew it\n"
)
PLAIN = "date,issue,hours,person,role,note\n2026-05-04,NOVA-7,1:30,Ada Berg,design,drew it\n"


def rows(text: str, order: DateOrder | None = None) -> tuple[SheetRow, ...]:
    return read_sheet(text.encode(), order).rows


def plain(**cells: str) -> str:
    """Return a plain file of one row."""
    usual = {"date": "2026-05-04", "issue": "NOVA-7", "hours": "1", **cells}
    return f"{';'.join(usual)}\n{';'.join(usual.values())}\n"


@pytest.mark.parametrize(
    ("text", "source", "row"),
    [
        pytest.param(
            HARVEST,
            "harvest",
            SheetRow(
                2,
                MAY_4,
                5400,
                ("https://tracker.example/issue/NOVA-7", "NOVA-7: first, sketch", "Design"),
                person="Ada Berg",
                role="Design",
                project="Nova",
            ),
            id="Harvest",
        ),
        pytest.param(
            TOGGL,
            "toggl",
            SheetRow(
                2,
                MAY_4,
                5400,
                ("NOVA-7 sketch", "design"),
                begun_at=time(9, 25),
                person="ada@acme.example",
                project="Nova",
            ),
            id="Toggl Track",
        ),
        pytest.param(
            TEMPO,
            "tempo",
            SheetRow(
                2,
                MAY_4,
                5400,
                ("NOVA-7",),
                begun_at=time(9, 25),
                person="aberg",
                project="Nova",
            ),
            id="Tempo",
        ),
        pytest.param(
            PLAIN,
            "csv",
            SheetRow(2, MAY_4, 5400, ("NOVA-7",), person="Ada Berg", role="design"),
            id="plain",
        ),
    ],
)
def test_each_kind_of_file_is_told_by_its_header(text: str, source: str, row: SheetRow) -> None:
    found = read_sheet(text.encode())

    assert (source, (row,), ()) == (found.source, found.rows, found.skipped)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(PLAIN.encode("utf-8-sig"), id="with a mark"),
        pytest.param(PLAIN.encode("utf-16"), id="UTF-16"),
        pytest.param(PLAIN.replace(",", ";").encode(), id="semicolons"),
        pytest.param(PLAIN.replace(",", "\t").encode(), id="tabs"),
        pytest.param(PLAIN.replace("\n", "\r\n").encode(), id="line ends of Windows"),
        pytest.param(PLAIN.replace("date,issue", " Date , ISSUE").encode(), id="other letters"),
        pytest.param(PLAIN.replace("\n2026", "\n\n2026", 1).encode(), id="an empty line"),
    ],
)
def test_a_file_may_be_written_in_several_ways(raw: bytes) -> None:
    (found,) = read_sheet(raw).rows

    expected = (MAY_4, 5400, ("NOVA-7",), "Ada Berg")
    assert expected == (found.on, found.seconds, found.issue_texts, found.person)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1.5", 5400),
        ("1,5", 5400),
        ("1:30", 5400),
        ("01:30:00", 5400),
        ("1.5h", 5400),
        (".25", 900),
        ("0.33", 1188),
        ("12:00:01", 43201),
        ("-0:30", -1800),
    ],
)
def test_hours_are_read_in_every_form_the_tools_write(text: str, seconds: int) -> None:
    (found,) = rows(plain(hours=text))

    assert seconds == found.seconds


@pytest.mark.parametrize(
    ("text", "order", "on"),
    [
        pytest.param("2026-04-03", None, date(2026, 4, 3), id="ISO"),
        pytest.param("3.4.2026", None, date(2026, 4, 3), id="dots: the day first"),
        pytest.param("25/04/2026", None, date(2026, 4, 25), id="only a day can be 25"),
        pytest.param("4/25/2026", None, date(2026, 4, 25), id="only a day can be 25, second"),
        pytest.param("04/04/2026", None, date(2026, 4, 4), id="both ways the same"),
        pytest.param("03/04/2026", DateOrder.DAY, date(2026, 4, 3), id="the day first"),
        pytest.param("03/04/2026", DateOrder.MONTH, date(2026, 3, 4), id="the month first"),
    ],
)
def test_dates_are_read_where_they_can_be_read_one_way_only(
    text: str, order: DateOrder | None, on: date
) -> None:
    (found,) = rows(plain(date=text), order)

    assert on == found.on


def test_a_date_that_may_be_read_two_ways_refuses_the_whole_file() -> None:
    text = f"{plain(date='25/04/2026')}03/04/2026;NOVA-7;1\n"

    with pytest.raises(
        UnreadableSheet, match=r"line 3: '03/04/2026' .* --dates dmy or --dates mdy"
    ):
        rows(text)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        pytest.param({"hours": "soon"}, "'soon' is no length of work", id="no hours"),
        pytest.param({"hours": ""}, "'' is no length of work", id="empty hours"),
        pytest.param({"hours": "1.234,5"}, "'1.234,5' is no length of work", id="thousands"),
        pytest.param({"hours": "0"}, "it has no hours", id="zero"),
        pytest.param({"date": "May 4"}, "'May 4' is no date such as", id="no date"),
        pytest.param({"date": "2026-02-30"}, "'2026-02-30' is no day", id="no such day"),
    ],
)
def test_a_row_that_cannot_be_read_is_skipped_with_its_line(
    cells: dict[str, str], reason: str
) -> None:
    found = read_sheet(f"{plain(**cells)}2026-05-05;NOVA-7;2\n".encode())

    ((line, said),) = found.skipped
    assert (2, 1) == (line, len(found.rows))
    assert said.startswith(reason)


def test_a_row_with_fewer_cells_than_the_header_has_empty_ones() -> None:
    (found,) = rows("date,issue,hours,person\n2026-05-04,NOVA-7,1\n")

    assert found.person is None


def test_a_row_with_line_breaks_is_told_by_its_last_line() -> None:
    text = 'date,issue,hours\n"2026-05-04","NOVA-7\nand more",soon\n'

    assert 3 == read_sheet(text.encode()).skipped[0].line


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(b"", "line 1: the columns are of no kind", id="empty"),
        pytest.param(b"a,b\n1,2\n", "csv: date, hours, issue", id="another table"),
        pytest.param(b"date,issue,hours\n\xff\xfa", "not UTF-8", id="no text"),
    ],
)
def test_a_file_of_no_kind_says_what_is_needed(raw: bytes, words: str) -> None:
    with pytest.raises(UnreadableSheet, match=words):
        read_sheet(raw)
