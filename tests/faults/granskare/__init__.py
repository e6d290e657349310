"""The checker of a run of `make faults`: nine invariants, read from what was left behind.

It knows nothing of how the hub works: it reads files, by the formats of docs/adr/0001 and schemas/avro.
"""
