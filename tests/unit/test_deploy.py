"""What deploy/ says is true of the code, as far as that can be seen without Docker."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery.bin.celery import celery

from genai import settings
from genai.cli import main
from genai.domain.enums import Capability, Queue
from genai.embedded import services
from genai.vendors import shipped

ROOT = Path(__file__).parents[2]


def test_every_variable_is_read():
    names = re.findall(r"^(?:# )?(GENAI_\w+)=", (ROOT / "deploy/.env.example").read_text(), re.MULTILINE)
    read = Path(settings.__file__).read_text()
    by_name = {f"GENAI_{capability.value.upper()}" for capability in Capability}
    by_name |= {f"GENAI_{name.upper()}_KEY" for name in shipped()}
    assert names
    assert [
        name for name in names if f'"{name.removeprefix("GENAI_")}"' not in read and name not in by_name
    ] == []
    assert [
        name
        for name, entry in shipped().items()
        if "url" in entry and f"GENAI_{name.upper()}_KEY" not in names
    ] == []


def test_the_image_starts_the_api_as_the_embedded_stack_does():
    dockerfile = (ROOT / "deploy/Dockerfile").read_text()
    embedded = Path(services.__file__).read_text()
    for argument in ("genai.wsgi:application()", "--worker-class=gthread", "--no-control-socket"):
        assert argument in dockerfile
        assert argument in embedded


def test_all_that_the_image_copies_is_there():
    for line in re.findall(r"^COPY (?!--from)(.+)$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source


@pytest.fixture
def composed() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]
    return services


def test_every_queue_has_a_consumer(composed):
    commands = [argument for service in composed.values() for argument in service.get("command", ())]
    consumed = [
        queue
        for argument in commands
        if argument.startswith("--queues=")
        for queue in argument.removeprefix("--queues=").split(",")
    ]
    assert sorted(consumed) == sorted(Queue)


def test_every_command_is_there(composed):
    for command in (service.get("command") for service in composed.values() if service.get("env_file")):
        program, *arguments = command or ["gunicorn"]
        assert (Path(sys.executable).parent / program).exists(), command
        if program == "celery":
            assert arguments[2] in celery.commands
        if program == "genai":
            assert arguments[0] in main.commands


def test_every_variable_of_the_deployment_is_in_its_example(composed):
    text = (ROOT / "deploy/compose.yaml").read_text()
    example = (ROOT / "deploy/.env.example").read_text()
    named = set(re.findall(r"\$\{(\w+)", text))
    assert named
    assert {name for name in named if f"\n{name}=" not in example} == set()


def test_every_service_starts_after_the_schema_is_there(composed):
    for name, service in composed.items():
        if service.get("env_file") and name != "migrate":
            assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_volumes_and_secrets_are_declared():
    document = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
    for service in document["services"].values():
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in document["volumes"]
        assert set(service.get("secrets", ())) <= set(document["secrets"])
