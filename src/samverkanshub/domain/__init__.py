"""The hub's rules: pure functions over plain values. No clock, no I/O, no randomness; standard library only."""
