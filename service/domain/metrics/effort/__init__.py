"""How much work it took, against what was estimated."""
