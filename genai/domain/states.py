"""Which states end a job or a step, and which hold work."""

from genai.domain.enums import JobState, StepState

JOB_ENDED = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED})
JOB_WORKING = frozenset({JobState.ADMITTED, JobState.RUNNING})
JOB_ENDING = frozenset({JobState.FAILING, JobState.CANCELLING})

STEP_UNCLAIMED = frozenset({StepState.PENDING, StepState.QUEUED})
STEP_LIVE = frozenset({StepState.RUNNING, StepState.WAITING})
STEP_ENDED = frozenset({StepState.SUCCEEDED, StepState.FAILED, StepState.SKIPPED})
