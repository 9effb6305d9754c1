"""A worker that cannot ask the providers that are selected takes no message, and says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from genai.embedded.process import StartFailed

KEY = "GENAI_ELEVENLABS_KEY"


@pytest.fixture
def missing_package(tmp_path: Path) -> str:
    """A directory for PYTHONPATH in which the vendor's SDK is as if it were not installed."""
    package = tmp_path / "path" / "elevenlabs"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'elevenlabs'\", name='elevenlabs')"
    )
    return str(package.parent)


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"GENAI_IMAGE": "nobody"}, "there is no provider 'nobody'; there are: "),
        (
            {"GENAI_PROVIDERS": '{"ugc": {"audio": "elevenlabs,local"}}'},
            f"{KEY}: provider 'elevenlabs' needs the vendor's key",
        ),
        ({"GENAI_AUDIO": "elevenlabs", KEY: "a-key-of-ours"}, "pip install 'genai[elevenlabs]'"),
    ],
    ids=["provider", "key", "package"],
)
def test_what_is_missing_is_said(worker, missing_package, env, says):
    with pytest.raises(StartFailed) as failed:
        worker(env={"PYTHONPATH": missing_package, **env})
    assert "ended with 1" in str(failed.value) and says in str(failed.value)
    assert "a-key-of-ours" not in str(failed.value)
