"""Published series, as a report holds them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

FIRST = date(2027, 1, 11)


def days(number: int) -> list[str]:
    return [(FIRST + timedelta(days=index)).isoformat() for index in range(number)]


def some_lines(**lines: list[float | None]) -> dict[str, Any]:
    longest = max(map(len, lines.values()), default=0)
    return {"unit": "issues", "days": days(longest), "lines": lines, "reason": None}


def some_pairs(*points: tuple[str, float, float]) -> dict[str, Any]:
    return {
        "unit": "hours",
        "points": [{"issue": key, "estimate": e, "actual": a} for key, e, a in points],
        "reason": None,
    }


def some_bars(*bars: tuple[str, float]) -> dict[str, Any]:
    rows = [{"name": name, "value": value, "note": "2 visits"} for name, value in bars]
    return {"unit": "days", "bars": rows, "reason": None}


def some_plans(*steps: tuple[str, str | None], actual: str | None = None) -> dict[str, Any]:
    told = [{"day": day, "planned": planned} for day, planned in steps]
    return {"unit": "date", "steps": told, "actual": actual, "reason": None}


def every_chart() -> dict[str, Any]:
    return {
        "burn_up": some_lines(scope=[4, 4, 6], done=[0, 1, 3], planned=[0, 2, None]),
        "cumulative_flow": some_lines(todo=[3, 2, 2], in_progress=[1, 1, 1], done=[0, 1, 3]),
        "slip": some_plans(
            ("2027-01-11", "2027-03-14"), ("2027-02-20", "2027-03-28"), actual="2027-04-05"
        ),
        "estimate_actual": some_pairs(("NOVA-1", 2, 5), ("NOVA-2", 8, 7)),
        "time_in_status": some_bars(("In review", 12.5), ("Waiting", 30)),
        "earned_value": some_lines(planned=[0, 2, 4], earned=[0, 1, 3]),
        "performance_indices": some_lines(spi=[0.5, 1], spi_t=[0.5, 0.8]),
    }
