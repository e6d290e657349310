"""The audit: a signed log verified, tampered with in every way, and verified again."""
