"""When it was planned to be finished, what became of the plan, and how late it was."""
