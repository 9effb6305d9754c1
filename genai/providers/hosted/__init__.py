"""Models that a vendor hosts by the hundred: each is described in the settings, none has code of its own.

The way through: :mod:`mapping` says how a request becomes a model's inputs, :mod:`sending` how files go to
the vendor, :mod:`models` is the ports, :mod:`results` what comes back; :mod:`transport` makes errors of a
vendor's SDK ours. Replicate and fal add how work is submitted, looked at and stopped.
"""
