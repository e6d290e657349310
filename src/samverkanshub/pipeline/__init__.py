"""The verbs: load facts, call the domain, hand on. Ports in, no servers."""
