"""The adapter for Replicate. What it serves, and how, is in :mod:`genai.providers.hosted`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self

from genai.errors import Permanent, Rejected, StepError
from genai.providers.hosted.models import HostedModels
from genai.providers.hosted.sending import Sent
from genai.providers.http import Account, bearer
from genai.vendors import Vendor

if TYPE_CHECKING:
    import httpx
    from replicate.client import Client

# From here on files go to Replicate's own storage first, as its API reference (predictions.create) says.
_INLINE = 256 * 1024
_STOPPED_AFTER = "30m"  # Replicate cancels what has not ended by then, whether or not we still ask
_MISSING, _STOPPED = "missing", "vendor_cancelled"
_PAYMENT, _NOT_FOUND, _INVALID = 402, 404, 422
_REFUSED = re.compile(
    r"\bE005\b|flagged as sensitive|nsfw|safety (?:filter|system|checker)|content policy", re.IGNORECASE
)


class ReplicateProvider(HostedModels):
    """Predictions of models on Replicate. ``model`` in the settings is ``owner/name`` of an official model,
    or ``owner/name:version`` of any other.

    Requests never wait for the model (no ``Prefer: wait``), and carry ``Cancel-After``. Files of up to 256 kB
    go as data URIs, larger ones to Replicate's file storage first, where it keeps them for a day. A job is a
    prediction's id. Replicate deletes results after an hour.
    """

    name = "replicate"
    names = re.compile(r"[\w.-]+/[\w.-]+(:[0-9a-f]{64})?")

    def __init__(self, vendor: Vendor, account: Account, client: Client) -> None:
        super().__init__(vendor, account)
        self._client = client

    @classmethod
    def for_vendor(cls, vendor: Vendor) -> Self:
        import httpx
        from replicate.client import Client

        from genai.providers.hosted.transport import OnceTransport

        account = Account(cls.name, vendor.url, bearer(vendor.key), vendor.result_hosts)
        client = Client(
            api_token=vendor.key,
            base_url=vendor.url,
            timeout=httpx.Timeout(account.total),
            transport=OnceTransport(account, _meaning, before=_limit_its_life),
            trust_env=False,
            event_hooks={"response": [_stopped_early]},
        )
        return cls(vendor, account, client)

    def submit(self, model: str, inputs: dict[str, Any], hook: str | None) -> str:
        told: dict[str, Any] = {}
        if hook and hook.startswith("https://"):  # others are refused
            told = {"webhook": hook, "webhook_events_filter": ["completed"]}
        try:
            prediction = self.asked(lambda: self._client.predictions.create(model, inputs, **told))
        except Permanent as error:
            if error.code != _MISSING:
                raise
            raise Permanent(
                f"replicate has no model '{model}' for this key", code="model_unavailable"
            ) from None
        return prediction.id

    def look(self, job: str) -> Any | None:
        try:
            prediction = self.asked(lambda: self._client.predictions.get(job))
        except Permanent as error:
            if error.code != _MISSING:
                raise
            raise Permanent(
                "replicate does not have the prediction any more", code="result_expired"
            ) from None
        match prediction.status:
            case "succeeded" if prediction.output is None:
                raise Permanent("replicate has deleted the result", code="result_expired")
            case "succeeded":
                return prediction.output
            case "failed":
                raise self._failed(prediction.error or "")
            case "canceled":
                raise _cancelled()
        return None

    def stop(self, job: str) -> bool:
        try:
            prediction = self.asked(lambda: self._client.predictions.cancel(job))
        except Permanent as error:
            if error.code in (_MISSING, _STOPPED):
                return error.code == _STOPPED
            raise
        return prediction.status not in ("succeeded", "failed")

    def place(self, file: Sent) -> str:
        if len(file.data) <= _INLINE:
            return file.data_uri
        stored = self.asked(
            lambda: self._client.files.create(
                BytesIO(file.data), filename=file.name, content_type=file.media_type
            )
        )
        address = stored.urls.get("get")
        if not address:
            raise self._api.bad_answer("says not where the file is")
        return address

    def _failed(self, said: str) -> Permanent:
        said = self._api.without_secrets(said)
        if _REFUSED.search(said):
            return Rejected(f"replicate refused the content: {said}")
        return Permanent(
            f"the model on replicate failed: {said or 'it did not say why'}", code="vendor_failed"
        )


def _meaning(status: int, document: Mapping[str, Any]) -> StepError | None:
    """What a refusal means beyond its status; ``detail`` is RFC 7807's."""
    said = str(document.get("detail") or "")
    if status == _NOT_FOUND or (status == _INVALID and "version" in said.lower()):
        return Permanent("replicate does not have it", code=_MISSING)
    if status == _PAYMENT:
        return Permanent("replicate wants to be paid first", code="vendor_refused")
    if _REFUSED.search(said):
        return Rejected(f"replicate refused the content: {said}")
    return None


def _limit_its_life(request: httpx.Request) -> None:
    if request.method == "POST" and request.url.path.endswith("/predictions"):
        request.headers["Cancel-After"] = _STOPPED_AFTER


def _stopped_early(response: httpx.Response) -> None:
    """``aborted`` is a state that the SDK does not know: a prediction that was stopped before it began."""
    response.read()
    if b'"aborted"' not in response.content:
        return
    if isinstance(document := response.json(), dict) and document.get("status") == "aborted":
        raise _cancelled()


def _cancelled() -> Permanent:
    return Permanent("replicate stopped the prediction before it was done", code=_STOPPED)
