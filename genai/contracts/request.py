"""The three forms of a job request, told apart by ``job_type``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property, lru_cache
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, post_load

from genai.contracts.fields import Choice, Inside, JsonObject, Strict, Text, Whole
from genai.contracts.product import ProductSchema
from genai.contracts.retry import RetrySchema
from genai.contracts.settings import (
    OF_MODE,
    AllSettings,
    CreationSettings,
    ImageBundleSettings,
)
from genai.contracts.strict import OneOf, StrictSchema
from genai.domain.enums import JobType
from genai.domain.request import JobRequest, OutputSettings

CONTRACT = 2

Modes = Mapping[str, type[Schema] | None]


def settings_schema(mode: object, modes: Modes) -> type[Schema]:
    """The schema of a mode's settings: its own, the contract's, or that of image_bundle.

    A mode that is not available is checked against all settings, so that its user learns of every
    other problem at the same time.
    """
    if not isinstance(mode, str) or mode not in modes:
        return OF_MODE.get(mode, AllSettings) if isinstance(mode, str) else AllSettings
    return modes[mode] or OF_MODE.get(mode, ImageBundleSettings)


def settings_fields(mode: str, modes: Modes) -> Collection[str]:
    """The names of the settings that the mode uses."""
    return _made(settings_schema(mode, modes)).fields


@lru_cache(maxsize=64)
def _made(schema: type[Schema]) -> Schema:
    return schema()


class ModeField(Strict, fields.Field[str]):
    """The name of an available mode."""

    @property
    def json_schema(self) -> Mapping[str, Any]:
        return {"type": "string", "enum": sorted(self.parent.modes)}  # type: ignore[union-attr]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        modes = self.parent.modes  # type: ignore[union-attr]  # an OutputRequest's
        if not isinstance(value, str) or value not in modes:
            named = repr(value[:60]) if isinstance(value, str) else "this"
            raise ValidationError(
                f"No pipeline makes {named} here.\nAvailable: {', '.join(sorted(modes)) or 'none'}."
            )
        return value


class SettingsField(fields.Field[OutputSettings]):
    """The settings, by the schema of the request's mode."""

    @property
    def schema(self) -> Schema:
        """The schema where one mode alone is available."""
        (mode,) = self.parent.modes  # type: ignore[union-attr]  # an OutputRequest's
        return self._schema(mode)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> OutputSettings:
        return self._schema(data.get("mode")).load(value)  # type: ignore[no-any-return]

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return self._schema(obj.mode).dump(value)

    def _schema(self, mode: object) -> Schema:
        return _made(settings_schema(mode, self.parent.modes))  # type: ignore[union-attr]  # an OutputRequest's


class RequestSchema(StrictSchema):
    """What all forms share; loads JobRequest."""

    foreign: ClassVar = frozenset({"mode", "product", "prompt", "settings", "retry"})

    contract = Whole(CONTRACT, CONTRACT, required=True, dump_default=CONTRACT)
    job_type = Choice(JobType, JobType, required=True)
    idempotency_key = Text(
        1,
        200,
        pattern=r"[!-~]+",
        example="1 to 200 visible ASCII characters, new for each job",
        required=True,
    )
    metadata = JsonObject(load_default=dict)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> JobRequest:
        del data["contract"]
        return JobRequest(**data)


class CreationRequest(RequestSchema):
    """marketing_creation: make the product's identity."""

    product = Inside(ProductSchema, required=True)
    prompt = Text(0, 4000, lines=True, load_default="")
    settings = Inside(CreationSettings, load_default=lambda: CreationSettings().load({}))


class OutputRequest(RequestSchema):
    """marketing_output: make creative in one mode, one of ``modes``."""

    filled: ClassVar = {"settings": {}}

    mode = ModeField(required=True)
    product = Inside(ProductSchema, required=True)
    prompt = Text(1, 4000, lines=True, required=True)
    settings = SettingsField(required=True)

    def __init__(self, modes: Modes, **kwargs: Any) -> None:
        self.modes = modes
        super().__init__(**kwargs)


class RetryJobRequest(RequestSchema):
    """retry: make part of an earlier job again; product, mode and settings are that job's."""

    retry = Inside(RetrySchema, required=True)


class RequestForms(OneOf):
    """Forms of a request where these ``modes`` are available."""

    noun: ClassVar = "Request"

    def __init__(self, modes: Modes) -> None:
        self.modes = modes
        super().__init__()


class OutputForms(RequestForms):
    """marketing_output, in one of the modes that are available here."""

    discriminator: ClassVar = "mode"

    @property
    def forms(self) -> Mapping[str, Schema]:
        return {mode: OutputRequest({mode: self.modes[mode]}) for mode in sorted(self.modes)}


class JobRequestSchema(RequestForms):
    """A request for a job; ``job_type`` says which of three. Loads JobRequest."""

    discriminator: ClassVar = "job_type"

    @property
    def forms(self) -> Mapping[str, Schema]:
        return {
            JobType.MARKETING_CREATION: CreationRequest(),
            JobType.MARKETING_OUTPUT: OutputForms(self.modes),
            JobType.RETRY: RetryJobRequest(),
        }

    def load(self, data: Any, **_: Any) -> JobRequest:
        job_type = data.get("job_type") if isinstance(data, Mapping) else None
        return self._of(job_type).load(data)  # type: ignore[no-any-return]

    def dump(self, obj: JobRequest, **_: Any) -> dict[str, Any]:
        return self._of(obj.job_type).dump(obj)  # type: ignore[no-any-return]

    @cached_property
    def _by_type(self) -> Mapping[object, RequestSchema]:
        return {JobType.MARKETING_CREATION: CreationRequest(), JobType.RETRY: RetryJobRequest()}

    @cached_property
    def _output(self) -> RequestSchema:
        return OutputRequest(self.modes)

    def _of(self, job_type: object) -> RequestSchema:
        # An unknown type is refused by its field, with all else that is wrong.
        known = isinstance(job_type, str) and job_type in self._by_type
        return self._by_type[job_type] if known else self._output
