"""What was earned of the plan, when, and for how much: earned value and earned schedule."""
