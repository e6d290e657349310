"""T4: the closed list of tables, what a judged record brings to them, and what of them may be shown."""
