"""Every provider behind the same port: how each is found and asked, and how one is made to fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from genai import bootstrap
from genai.capabilities.base import Asynchronous, Call, Pending, Provider, Selective, Ticket
from genai.vendors import load_vendors
from tests.conformance.stand_ins import STAND_INS
from tests.harness.network import write_network
from tests.harness.service import PLUGIN
from tests.harness.specs import SpecServer
from tests.harness.vendor import Kind, On, Vendor

_FAULTS = {"retryable": (On.SUBMIT, Kind.UNAVAILABLE), "permanent": (On.WORK, Kind.FAILED)}


@dataclass
class Subject:
    """A provider under test. ``control`` is the instant provider's directory, the vendor, or the server that
    stands for a vendor."""

    provider: Provider
    directory: Path
    control: Path | Vendor | SpecServer | None
    _numbers: count[int] = field(default_factory=count)

    def call(self, key: str = "k1", **options: Any) -> Call:
        """A call with a directory of its own."""
        workdir = self.directory / f"call-{next(self._numbers)}"
        workdir.mkdir()
        return Call(key, workdir, **options)

    def ask(self, capability: str, request: Any, call: Call | None = None) -> Any:
        """The port's result, asked for until it is there."""
        call = call or self.call()
        answer = getattr(self.provider, capability)(request, call)
        if not isinstance(answer, Ticket):
            return answer
        assert isinstance(self.provider, Asynchronous)
        while isinstance(result := self.provider.poll(answer.id, request, call), Pending):
            pass
        return result

    def serves(self, capability: str, request: Any) -> bool:
        """Whether it can be asked this at all."""
        if not hasattr(self.provider, capability):
            return False
        return not isinstance(self.provider, Selective) or self.provider.serves(request)

    def fail(self, capability: str, how: str) -> None:
        """Have the next call fail: ``retryable`` or ``permanent``."""
        if isinstance(self.control, SpecServer):
            STAND_INS[self.provider.name].fail(self.control, how)
        elif isinstance(self.control, Vendor):
            on, kind = _FAULTS[how]
            self.control.fault(on, kind, capability=capability)
        else:
            assert self.control is not None
            (self.control / f"{how}.{capability}").write_text("1")


@pytest.fixture
def subject(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Subject]:
    """The provider that the parameter names, found as the service finds it."""
    name: str = request.param
    monkeypatch.syspath_prepend(str(PLUGIN))
    directory = tmp_path / "calls"
    directory.mkdir()
    with ExitStack() as stack:
        control: Path | Vendor | SpecServer | None = None
        if stand_in := STAND_INS.get(name):
            control = stack.enter_context(stand_in.serve())
            keys, urls = {name.upper(): "sk-conformance"}, {name.upper(): control.url}
            hosts = f'[{name}]\nresult_hosts = ["{control.host}"]'
            vendors = load_vendors(hosts, "GENAI_VENDORS_FILE", keys, urls)
            yield Subject(bootstrap.provider(name, vendors), directory, control)
            return
        if name == "onnx":
            path = write_network(tmp_path / "network.onnx")
            vendors = load_vendors(f'[onnx.use."image.cutout".options]\npath = "{path}"', "the test", {}, {})
            yield Subject(bootstrap.provider(name, vendors), directory, None)
            return
        if name == "vendor":
            control = stack.enter_context(Vendor(tmp_path))
            for variable, value in control.environment().items():
                monkeypatch.setenv(variable, value)
        elif name == "instant":
            control = tmp_path
            monkeypatch.setenv("INSTANT_DIR", str(control))
        yield Subject(bootstrap.provider(name), directory, control)
