"""An ärende as a picture, its decisions explained and proved, and judged as if something had been otherwise (T1)."""
