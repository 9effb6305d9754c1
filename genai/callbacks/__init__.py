"""Callbacks: the drain takes events out of the outbox; payload says what is sent of one, delivery sends it,
signing signs it, and schedule says what follows from the answer."""
