from __future__ import annotations

import pytest

from genai.domain.enums import Verdict
from genai.domain.request import FidelityPolicy
from genai.stages.gate import Decision, decide


@pytest.mark.parametrize("on_unsure", ["accept", "regenerate", "fail"])
def test_the_policy_speaks_on_unsure_alone(on_unsure):
    policy = FidelityPolicy(on_unsure=on_unsure)
    assert decide(Verdict.PASS, policy) is Decision.ACCEPT
    assert decide(Verdict.DRIFT, policy) is Decision.REGENERATE
    assert decide(Verdict.UNSURE, policy) == on_unsure
