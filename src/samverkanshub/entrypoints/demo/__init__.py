"""The demo: cases from the agreement played through the public interfaces, each outcome compared with its expected."""
