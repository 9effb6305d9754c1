"""Product images and a prompt in; campaign creative out.

The main path, from top to bottom, and the module that owns each part of it:

    HTTP request            genai.api            a thin Flask endpoint
      contract              genai.contracts      what a request, an event and an output look like
      job store             genai.store          one transaction: job, steps, accepted event
      admission             genai.maintenance    which accepted jobs may run now
      router                genai.router         mode -> pipeline -> the Celery canvas of what is not done
        pipeline            genai.pipelines      which stages, in which phase
      step runner           genai.stages         claim the row, run the stage, commit once
        capability          genai.capabilities   the port a stage asks through
        provider            genai.providers      the adapter that answers
        asset store         genai.assets         immutable files, addressed by their SHA-256
      outbox, drain         genai.callbacks      signed callbacks, in order per job

It runs one way: nothing lower knows what is above it. ``docs/architecture.md`` says why.
"""
