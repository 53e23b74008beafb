"""The issues of the seeded epic, each as one line of what happened to it."""

from __future__ import annotations

from dataclasses import dataclass

EPIC = "Checkout redesign"


@dataclass(frozen=True, slots=True)
class Line:
    """An issue: made so many days ago, with story points and an assignee, and what came of it.

    `steps` are words with the days ago they happened: a status (`todo`, `progress`, `review`,
    `done`, `dropped`), `est=5`, `who=Ben`, `in` and `out` of the epic, `fix=1.4`, `sprint=2`.
    """

    title: str
    made: float
    points: int | None
    who: str | None
    steps: str
    kind: str = "Story"
    outside: bool = False


STORY = (
    Line("Draft the order model", 41, 3, "Ben", "todo@38 progress@36 review@34 done@33"),
    Line("Set up the payment sandbox", 41, 5, "Chiara", "todo@38 progress@35 done@30", "Task"),
    Line("Read the old basket format", 41, 3, "Dev", "todo@38 progress@34 review@32 done@31"),
    Line("Address form", 41, 8, "Ben", "todo@37 fix=1.4@36.5 progress@32 review@25 done@23"),
    Line("Basket with coupons", 41, 5, "Elif", "todo@37 sprint=1@36 progress@33 review@29 done@28"),
    Line("Payment step", 41, 5, "Elif", "todo@37 progress@28 review@24 done@22"),
    Line("Express payment", 41, 8, "Chiara", "todo@36 progress@29 est=13@26 review@19 done@16"),
    Line("Order confirmation", 41, 3, "Dev", "todo@36 progress@30 done@26 progress@24 done@21"),
    Line("Audit trail", 41, 5, "Finn", "todo@36 progress@31 who=Ben@27 review@20 done@18", "Task"),
    Line("Keyboard navigation", 41, 2, None, "todo@36 who=Elif@21 progress@21 done@20"),
    Line("Invoices as PDF", 41, 3, "Dev", "todo@36 out@22 done@12"),
    Line("Dashboard for the shop team", 41, 5, None, "todo@35 out@19 dropped@15"),
    Line("Rate limits of the sandbox", 34, 3, "Chiara", "progress@30 review@28 done@27", "Task"),
    Line("Empty baskets fail", 30, 2, "Dev", "progress@29 done@28", "Bug"),
    Line("Delivery dates shift by a day", 27, 3, "Ben", "progress@26 review@24 done@24", "Bug"),
    Line("Second sign-in loops", 24, 5, "Ben", "progress@22 done@17 progress@14 done@11", "Bug"),
    Line("Texts of the checkout", 21, None, "Elif", "progress@15 review@13 done@12"),
    Line(
        "Speed of the basket",
        19,
        5,
        "Chiara",
        "sprint=1@18 progress@15 sprint=2@14 est=8@12 review@9 done@7",
        "Task",
    ),
    Line("Pilot shops move over", 18, 5, "Dev", "progress@12 review@8 fix=1.4@7 done@5"),
    Line("Feature flag for the rollout", 14, 1, "Ben", "progress@10 done@9", "Task"),
    Line(
        "Card numbers show in the log",
        12,
        3,
        "Ben",
        "in@11 progress@11 review@9 done@8",
        "Bug",
        outside=True,
    ),
    Line(
        "Slow first search after a deploy", 9, 3, "Chiara", "progress@6 who=Dev@4 review@2", "Bug"
    ),
    Line("Help pages", 8, 2, None, "todo@7 dropped@3"),
    Line("Old prototype clean-up", 41, 1, "Dev", "todo@36 progress@34 done@33", "Task"),
)
