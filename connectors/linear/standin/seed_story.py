"""The issues of the seeded project, each as one line of what happened to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """An issue: made so many days ago, with an estimate and an assignee, and what came of it.

    `steps` are words with the days ago they happened: a state (`todo`, `progress`, `review`,
    `done`, `canceled`), `est=5`, `who=Ben`, `in` and `out` of the project, `archive`.
    """

    title: str
    made: float
    estimate: int | None
    who: str | None
    steps: str
    label: str = "Feature"
    milestone: int = 0
    outside: bool = False


STORY = (
    Line("Draft the data model", 41, 3, "Ben", "todo@38 progress@36 review@34 done@33"),
    Line("Set up the import pipeline", 41, 5, "Chiara", "todo@38 progress@35 done@30"),
    Line("Read the legacy export format", 41, 3, "Dev", "todo@38 progress@34 review@32 done@31"),
    Line(
        "Permission model for shared views", 41, 8, "Ben", "todo@37 progress@32 review@25 done@23"
    ),
    Line("List view with filters", 41, 5, "Elif", "todo@37 progress@33 review@29 done@28"),
    Line("Detail view", 41, 5, "Elif", "todo@37 progress@28 review@24 done@22"),
    Line("Search index", 41, 8, "Chiara", "todo@36 progress@29 est=13@26 review@19 done@16"),
    Line("Import of attachments", 41, 3, "Dev", "todo@36 progress@30 done@26 progress@24 done@21"),
    Line("Audit trail", 41, 5, "Finn", "todo@36 progress@31 who=Ben@27 review@20 done@18"),
    Line("Keyboard navigation", 41, 2, None, "todo@36 who=Elif@21 progress@21 done@20"),
    Line("Export to CSV", 41, 3, "Dev", "todo@36 out@22 done@12", milestone=1),
    Line("Dashboard for leads", 41, 5, None, "todo@35 out@19 canceled@15", milestone=1),
    Line("Rate limits of the import", 34, 3, "Chiara", "progress@30 review@28 done@27"),
    Line("Import fails on empty rows", 30, 2, "Dev", "progress@29 done@28", "Bug"),
    Line("Dates shift by one day", 27, 3, "Ben", "progress@26 review@24 done@24", "Bug"),
    Line("Second sign-in loops", 24, 5, "Ben", "progress@22 done@17 progress@14 done@11", "Bug"),
    Line("Onboarding texts", 21, None, "Elif", "progress@15 review@13 done@12", milestone=1),
    Line(
        "Performance of the list",
        19,
        5,
        "Chiara",
        "progress@15 est=8@12 review@9 done@7",
        "Improvement",
        1,
    ),
    Line("Migration of pilot accounts", 18, 5, "Dev", "progress@12 review@8 done@5", milestone=1),
    Line("Feature flag for the rollout", 14, 1, "Ben", "progress@10 done@9", milestone=1),
    Line(
        "Shared views leak titles",
        12,
        3,
        "Ben",
        "in@11 progress@11 review@9 done@8",
        "Bug",
        1,
        outside=True,
    ),
    Line(
        "Slow first search after a deploy",
        9,
        3,
        "Chiara",
        "progress@6 who=Dev@4 review@2",
        "Bug",
        1,
    ),
    Line("Help pages", 8, 2, None, "todo@7 canceled@3", milestone=1),
    Line(
        "Old prototype clean-up",
        41,
        1,
        "Dev",
        "todo@36 progress@34 done@33 archive@10",
        "Improvement",
    ),
)
