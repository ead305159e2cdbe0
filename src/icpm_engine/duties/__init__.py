"""Who owes what by when: duties compiled from rules, and the clocks of their runs."""
