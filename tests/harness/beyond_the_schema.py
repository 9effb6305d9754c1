"""What a request may be refused for although it has the form that its JSON Schema asks for.

Whatever else is refused, the schema should have said.
"""

from __future__ import annotations

import re

_TEXTS = (
    # what is stored, or reachable
    r"there is no such (job|asset)",
    r"the job is (accepted|admitted|running|cancelled|cancelling)",
    r"the idempotency key was used.*",
    r"the address is .*",
    r"port \d+ .*",
    r"the host is .*",
    # what counts something
    r"names a scene (beyond the last|twice).*",
    r"\d+ bytes as json.*",
    r"nested too deeply.*",
    r"holds (a NUL|NaN|a number that is too large).*",
    # what an address or a moment is
    r"not an http or https address.*",
    r".*not a moment.*",
    r".*not a cursor.*",
    # what is in a file
    r"the (file|image|picture|video|sound|asset|form) .*",
    # what is said, and how long that takes
    r"[\d.]+ s (hold|do not hold) .*",
    r"\d+ words (cannot be said|are more than) .*",
    r"says nothing: .*",
    r"is written in .*",
    r"no font here draws .*",
    # what that very job has
    r"the job (has no|is no) .*",
    r"the preview (is|has|shows).*",
    r"the preview's mode is .*",
    r"the scenes are determined anew",
    r"they change nothing that is made",
    r"nothing of the job is missing",
    r"is needed with this scope",
    r"there is no '.*' of scene \d+",
)
BEYOND_THE_SCHEMA = re.compile("|".join(f"({text})" for text in _TEXTS), re.IGNORECASE)
