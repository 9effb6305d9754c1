"""What keeps jobs moving: admission, reconcile, retention. On a queue of its own, woken by beat."""
