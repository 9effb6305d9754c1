"""A third party's package: the adapter of a vendor that takes its time, over real HTTP."""
