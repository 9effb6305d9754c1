"""The job store: PostgreSQL is the authority on every job, step, attempt and event.

    tables.py       the schema                     migrations/     how it came about (Alembic)
    database.py     engine and transactions        acceptance.py   accept once
    claims.py       claim, renew, wait             success.py      commit once
    commits.py      fail, park, cancel, finish     dispatching.py  canvases get numbers
    attempts.py     intended paid calls            checkpoints.py  outputs that later jobs reuse
    events.py       numbered events, the outbox    admission.py    which jobs may run
    recovery.py     what reconcile looks for       steps.py        step rows and what they give
    lifecycle.py    what task signals saw          assets.py       asset rows

Each transaction that changes a job's steps locks the job's row first, so that two of them on one
job never deadlock and whoever ends the last live step knows it.
"""
