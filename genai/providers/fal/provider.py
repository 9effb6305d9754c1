"""The adapter for fal. What it serves, and how, is in :mod:`genai.providers.hosted`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from genai.errors import Permanent, Rejected, Retryable, StepError
from genai.providers.hosted.models import HostedModels
from genai.providers.hosted.sending import Sent
from genai.providers.http import Account
from genai.vendors import Vendor

if TYPE_CHECKING:
    from genai.providers.fal.queue import Queue

_MISSING, _DONE = "missing", "already_done"
_FORBIDDEN, _NOT_FOUND, _INVALID = 403, 404, 422
# Types of errors: https://fal.ai/docs/documentation/model-apis/errors.md
_REFUSED = "content_policy_violation"


class FalProvider(HostedModels):
    """Requests of models in fal's queue. ``model`` in the settings is the endpoint's id
    (``fal-ai/birefnet/v2``).

    Files go as data URIs, which fal's models take: its SDK's uploads go to addresses that no setting moves.
    A job is the endpoint's id and the request's, since the queue asks for both. A cancellation is a wish:
    work that has begun may still be done, and charged.
    """

    name = "fal"
    names = re.compile(r"[\w.-]+(/[\w.-]+)+")
    # https://fal.ai/docs/documentation/model-apis/faq.md: errors of its servers are never charged, those of
    # inputs may be, where a runner has worked on them.
    charged = HostedModels.charged | {"rejected", "vendor_refused"}

    def __init__(self, vendor: Vendor, account: Account, queue: Queue) -> None:
        super().__init__(vendor, account)
        self._queue = queue

    @classmethod
    def for_vendor(cls, vendor: Vendor) -> Self:
        from genai.providers.fal.queue import Queue

        key = {"Authorization": f"Key {vendor.key}"}
        account = Account(cls.name, vendor.url, key, vendor.result_hosts, read=60.0, total=120.0)
        return cls(vendor, account, Queue(account, _meaning))

    def submit(self, model: str, inputs: dict[str, Any], hook: str | None) -> str:
        try:
            handle = self.asked(lambda: self._queue.submit(model, inputs, webhook_url=hook))
        except Permanent as error:
            if error.code != _MISSING:
                raise
            raise Permanent(f"fal has no model '{model}' for this key", code="model_unavailable") from None
        return f"{model}#{handle.request_id}"

    def look(self, job: str) -> Any | None:
        from fal_client import Completed

        model, _, request = job.partition("#")
        try:
            status = self.asked(lambda: self._queue.status(model, request))
            if not isinstance(status, Completed):
                return None
            if status.error_type == _REFUSED:
                raise Rejected(f"fal refused the content: {self._api.without_secrets(status.error or '')}")
            if status.error is None:
                return self.asked(lambda: self._queue.result(model, request))
        except Permanent as error:
            if error.code != _MISSING:
                raise
            raise Permanent("fal does not have the request any more", code="result_expired") from None
        raise self._failed(model, request, status.error, status.error_type)

    def stop(self, job: str) -> bool:
        model, _, request = job.partition("#")
        try:
            self.asked(lambda: self._queue.cancel(model, request))
        except Permanent as error:
            if error.code in (_MISSING, _DONE):
                return False
            raise
        return True

    def place(self, file: Sent) -> str:
        return file.data_uri

    def _failed(self, model: str, request: str, said: str, kind: str | None) -> Permanent:
        """The error of a request that is done and has failed. Its result is an error as well, and may say
        that the content or the inputs were refused where the state does not."""
        try:
            self.asked(lambda: self._queue.result(model, request))
        except Permanent as error:
            if error.code in self.charged:
                return error
        except Retryable:
            pass  # what the state said is all there is to know
        told = self._api.without_secrets(f"{said} ({kind})" if kind else said)
        return Permanent(f"the model on fal failed: {told}", code="vendor_failed")


def _meaning(status: int, document: Mapping[str, Any]) -> StepError | None:
    """What a refusal means beyond its status: ``detail`` is a text, or a list of errors with a type each."""
    if document.get("status") == "ALREADY_COMPLETED":
        return Permanent("fal has done it already", code=_DONE)
    detail = document.get("detail")
    errors = [each for each in detail if isinstance(each, Mapping)] if isinstance(detail, list) else []
    for error in errors:
        if error.get("type") == _REFUSED:
            return Rejected(f"fal refused the content: {error.get('msg') or 'it did not say why'}")
    if document.get("error_type") == _REFUSED:
        return Rejected(f"fal refused the content: {detail or 'it did not say why'}")
    if status == _NOT_FOUND:
        return Permanent("fal does not have it", code=_MISSING)
    if status == _FORBIDDEN and "balance" in str(detail).lower():
        return Permanent("fal wants to be paid first", code="vendor_refused")
    if status == _INVALID and errors:
        said = "; ".join(
            f"{'.'.join(map(str, each.get('loc', ())))}: {each.get('msg', '')}" for each in errors
        )
        return Permanent(f"fal refused the inputs: {said}", code="vendor_refused")
    return None
