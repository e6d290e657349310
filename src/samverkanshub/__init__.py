"""Samverkanshub: messages between agencies that protect people from violence, let through by consent or by law."""
