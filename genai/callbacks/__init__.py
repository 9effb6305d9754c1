"""Callbacks: the drain takes events out of the outbox, delivery sends one, signing signs it."""
