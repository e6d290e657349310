"""What auditors and people ask of what happened (T2, T3, K4, Q2, V7): codes, decisions and ids, and never content."""
