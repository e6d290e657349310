"""What is backed up, how it is put back into an empty place, and the drill that does both (docs/aterlasning.md)."""
