"""What deploy/ says is true of the code, as far as that can be seen without Docker."""

from __future__ import annotations

import re
from pathlib import Path

from genai import settings
from genai.embedded import services

ROOT = Path(__file__).parents[2]


def test_every_variable_is_read():
    names = re.findall(r"^(GENAI_\w+)=", (ROOT / "deploy/.env.example").read_text(), re.MULTILINE)
    read = Path(settings.__file__).read_text()
    assert names
    assert [name for name in names if f'"{name.removeprefix("GENAI_")}"' not in read] == []


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
