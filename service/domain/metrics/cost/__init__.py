"""What it cost, against what was approved."""
