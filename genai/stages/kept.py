"""Files that a stage makes or fetches without a provider, kept as assets of the client."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from genai.domain.enums import AssetRole
from genai.domain.media import Inspected
from genai.media.files import inspect
from genai.stages.context import StepContext
from genai.store.assets import register_asset
from genai.store.steps import StepAsset


def keep_file(
    context: StepContext,
    role: AssetRole,
    media_type: str,
    write: Callable[[Path], object],
    *,
    label: str = "",
) -> StepAsset:
    """The file that ``write`` writes at the path it is given."""
    with tempfile.TemporaryDirectory(prefix="genai-", dir=context.runtime.settings.work_dir) as directory:
        path = Path(directory) / "made"
        write(path)
        return replace(keep(context, role, path, inspect(path, media_type)), label=label)


def keep(context: StepContext, role: AssetRole, path: Path, found: Inspected) -> StepAsset:
    """The file at ``path``, which was found to be that, as an asset of the client."""
    context.runtime.assets.put(path, found.media_type)
    with context.runtime.database.transaction() as connection:
        register_asset(connection, context.claim.client, found)
    return StepAsset(
        sha256=found.sha256,
        role=role,
        media_type=found.media_type,
        width=found.width,
        height=found.height,
        duration=found.duration,
    )


def keep_text(
    context: StepContext, role: AssetRole, media_type: str, text: str, *, label: str = ""
) -> StepAsset:
    """The text as a UTF-8 file."""
    return keep_file(context, role, media_type, lambda path: path.write_text(text), label=label)
