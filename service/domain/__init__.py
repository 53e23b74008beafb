"""The product's own thinking: pure values and functions, no library, clock or disk."""
