"""How the work went through: how long it took, where it waited, how often it came back."""
