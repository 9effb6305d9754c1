"""Schemathesis against the running service: everything that /openapi.json promises, with all its phases.

``make fuzz`` runs the long version: ``GENAI_TEST_FUZZ`` is the number of examples of each operation.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.api.conftest import TOKEN

HERE = Path(__file__).parent / "fuzz"
ROOT = Path(__file__).parents[3]
EXAMPLES = int(os.environ.get("GENAI_TEST_FUZZ", "25"))
_LEAST = 5  # jobs that are there in the end
SEEDS = (1, 2, 3) if "GENAI_TEST_FUZZ" in os.environ else (1,)


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_service_does_what_it_promises(server, picture, seed):
    """No server error, no answer that is not described, nothing accepted that the schema forbids, nothing
    refused that it allows."""
    answer = server.post("/v1/assets", data=picture.read_bytes())
    before = server.value("SELECT count(*) FROM jobs")
    environment = {
        **os.environ,
        "FUZZ_TOKEN": TOKEN,
        "FUZZ_ASSET": answer.json()["asset_id"],
        "PYTHONPATH": f"{HERE}{os.pathsep}{ROOT}",
    }
    run = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "st"), "--config-file", str(HERE / "schemathesis.toml")),
            *("run", f"{server.url}/openapi.json", "--checks=all", "--warnings=off"),
            # The hooks' check tells refusals apart that JSON Schema cannot foresee.
            *("--exclude-checks=positive_data_acceptance", f"--max-examples={EXAMPLES}", f"--seed={seed}"),
        ],
        env=environment,
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    print(run.stdout[-20_000:], run.stderr[-2_000:])
    assert run.returncode == 0
    assert "Tested: " in run.stdout
    # Most generated requests name assets and jobs that there are not, and some products are erased again.
    accepted = server.value("SELECT count(*) FROM jobs") - before
    assert accepted >= _LEAST, "the service was hardly reached"
