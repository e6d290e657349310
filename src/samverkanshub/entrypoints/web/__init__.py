"""The pages, in Swedish, for auditors, operators and actors without a system of their own."""
