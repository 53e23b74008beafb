"""What was to be done at the kick-off, what came, what went, what became of it."""
