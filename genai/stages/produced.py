"""Files that a provider made: checked to be what they are said to be, and kept in the asset store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, cast

from genai.assets.base import AssetStore
from genai.capabilities.base import Produced
from genai.domain.enums import AssetRole
from genai.domain.media import Inspected, Mark
from genai.domain.records import converter, to_json
from genai.errors import InvalidInput, Permanent
from genai.media.files import inspect
from genai.store.steps import StepAsset


@dataclass(frozen=True)
class Kept(Produced):
    """A produced file that the asset store has; ``path`` is there."""

    asset: StepAsset | None = None

    @property
    def found(self) -> Inspected:
        """What is known of the file itself."""
        asset = cast(StepAsset, self.asset)
        size = self.path.stat().st_size
        return Inspected(asset.media_type, asset.sha256, size, asset.width, asset.height, asset.duration)


def kept_assets(produced: tuple[Produced, ...]) -> tuple[StepAsset, ...]:
    """The assets of files that a call of :class:`genai.stages.calls.Calls` returned."""
    return tuple(cast(StepAsset, cast(Kept, file).asset) for file in produced)


def files_of(result: Any) -> list[Kept]:
    """Every kept file of a port's result."""
    values = [getattr(result, field.name) for field in fields(result)]
    singles = [value for value in values if isinstance(value, Kept)]
    return singles + [
        item for value in values if isinstance(value, tuple) for item in value if isinstance(item, Kept)
    ]


class ResultFiles:
    """Puts the files of ports' results into the asset store, and results with them into JSON and back."""

    def __init__(self, assets: AssetStore) -> None:
        self._assets = assets
        self._records = converter()
        self._records.register_unstructure_hook(Produced, lambda file: to_json(file.asset))
        self._records.register_structure_hook(Produced, lambda document, _: self._load(document))

    def document(self, result: Any) -> dict[str, Any]:
        """A result whose files are kept, as JSON."""
        return cast(dict[str, Any], self._records.unstructure(result))

    def result(self, document: Any, type_: type[Any]) -> Any:
        """The result that :meth:`document` wrote down."""
        return self._records.structure(document, type_)

    def keep(self, result: Any, provider: str) -> Any:
        """The result with its files kept. Raises Permanent (``bad_result``) for what is not what it is
        said to be."""
        changes: dict[str, Any] = {}
        for field in fields(result):
            value = getattr(result, field.name)
            if isinstance(value, Produced):
                changes[field.name] = self._store(value, provider)
            elif isinstance(value, tuple) and value and isinstance(value[0], Produced):
                changes[field.name] = tuple(self._store(file, provider) for file in value)
        return type(result)(**{f.name: changes.get(f.name, getattr(result, f.name)) for f in fields(result)})

    def _store(self, file: Produced, provider: str) -> Kept:
        try:
            found = inspect(file.path, file.media_type)
        except InvalidInput as error:
            raise Permanent(
                f"the {file.role} from {provider} is not usable: {error.detail}",
                code="bad_result",
                provider=provider,
            ) from error
        if found.media_type != file.media_type:
            raise Permanent(
                f"the {file.role} from {provider} is {found.media_type}, said to be {file.media_type}",
                code="bad_result",
                provider=provider,
            )
        stored = self._assets.put(file.path, found.media_type)
        return self._load(
            {
                "sha256": stored.sha256,
                "role": file.role.value,
                "media_type": found.media_type,
                "width": found.width,
                "height": found.height,
                "duration": found.duration,
                "view": file.view,
                "label": file.label,
                "details": dict(file.details),
                "marks": [to_json(mark) for mark in file.marks],
            }
        )

    def _load(self, document: Mapping[str, Any]) -> Kept:
        asset = self._records.structure(document, StepAsset)
        return Kept(
            path=self._assets.path(asset.sha256),
            media_type=asset.media_type,
            role=AssetRole(asset.role),
            view=asset.view,
            label=asset.label,
            details=asset.details,
            marks=tuple(Mark(**mark) for mark in asset.marks),
            asset=asset,
        )


@lru_cache(maxsize=1)
def result_files(assets: AssetStore) -> ResultFiles:
    """The one of this process, since a converter is slow to make and keeps what it learns of types."""
    return ResultFiles(assets)
