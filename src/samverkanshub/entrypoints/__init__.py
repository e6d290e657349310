"""The processes of the hub. Importing any of them, before all else, makes this one tell time by the pinned database."""

import zoneinfo

# What a Swedish day is decides (docs/adr/0008): it must not be the machine's to say, and the first zone read is kept.
zoneinfo.reset_tzpath(())
