"""Forms: what an agency without a system of its own fills in, described once for each type of event."""
