"""A third party's package, as a test would have it: a provider that answers at once, a mode, a stage."""
