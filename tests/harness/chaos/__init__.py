"""Faults at random on a whole service under load. The seed says what is drawn and when; what the service
makes of it depends on the machine, so a replay is close and not the same."""

from tests.harness.chaos.parts import Parts
from tests.harness.chaos.run import Chaos

__all__ = ["Chaos", "Parts"]
