"""The adapter: tasks submitted, asked for and cancelled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from genai.capabilities.base import Call, Pending, Ticket
from genai.capabilities.video import VideoRequest, VideoResult
from genai.errors import ConfigurationError, Permanent, Rejected
from genai.prompts.video import video_prompt
from genai.providers.adapter import Adapter
from genai.providers.http import Account, VendorApi, bad_answer, bearer, charged, sdk_client
from genai.providers.runway.clip import fetched
from genai.providers.runway.failures import asking, failed, meaning
from genai.providers.runway.models import MODELS, VideoModel
from genai.providers.runway.picture import data_uri
from genai.vendors import Model, Vendor

if TYPE_CHECKING:
    from runwayml import RunwayML

_PLACE = "GENAI_VENDORS_FILE: runway.use"
_POLL = 5.0  # seconds: "no more frequent than once every five seconds" (GET /v1/tasks/{id})
_SEEDS = 1 << 32
_UNPAID = ("PENDING", "THROTTLED")
_LIVE = (*_UNPAID, "RUNNING")


class RunwayProvider(Adapter):
    """Clips out of scene images, with ``use.video``, and previews with ``use."video.draft"`` where that is
    described. The option ``credit`` is what a credit costs in US dollars: with it a clip costs what Runway
    says that it charged, without it what the price of a second makes.

    Runway takes no idempotency key: a submission whose answer is lost may be paid, and is made again.
    """

    name = "runway"

    def __init__(self, vendor: Vendor, account: Account, client: RunwayML) -> None:
        super().__init__(vendor)
        self._account, self._client = account, client
        self._api = VendorApi(account, meaning(account))
        if (usual := vendor.model("video")) is None:
            raise ConfigurationError(f"{_PLACE}: has no video")
        self._usual, self._draft = usual, vendor.model("video.draft") or usual
        for model in (self._usual, self._draft):
            if model.name not in MODELS:
                raise ConfigurationError(f"{_PLACE}: {model.name!r} is none of {', '.join(MODELS)}")

    @classmethod
    def for_vendor(cls, vendor: Vendor) -> Self:
        from runwayml import RunwayML

        account = Account(cls.name, vendor.url, bearer(vendor.key), result_hosts=vendor.result_hosts)
        client = RunwayML(
            base_url=vendor.url, api_key=vendor.key, max_retries=0, http_client=sdk_client(account)
        )
        return cls(vendor, account, client)

    def serves(self, request: Any) -> bool:
        """Not the client's own footage, and no scene that is too long, or too far from the model's shapes."""
        if not isinstance(request, VideoRequest):
            return False
        try:
            self._asked(request)
        except Permanent:
            return False
        return True

    def price(self, request: VideoRequest) -> float:
        model, _, _, seconds = self._asked(request)
        return model.cost(second=seconds, call=1)

    def video(self, request: VideoRequest, call: Call) -> Ticket:
        """Submit the task. Raises Permanent (``unsupported``) for what the model cannot do."""
        model, able, (width, height), seconds = self._asked(request)
        assert request.image is not None
        asked: dict[str, Any] = {
            "model": model.name,
            "prompt_text": video_prompt(request, limit=able.prompt),
            "prompt_image": data_uri(request.image.path, width, height),
            "ratio": f"{width}:{height}",
            "duration": seconds,
        }
        if able.seeded:
            asked["seed"] = call.seed % _SEEDS
        if able.sounds:
            asked["audio"] = False
        create: Any = self._client.image_to_video.create  # typed by model; ours is the settings'
        with asking(self._account):
            task = create(**asked).id
        if not isinstance(task, str) or not task:
            raise bad_answer(self._account, "names no task")
        return Ticket(task, _POLL)

    def poll(self, ticket: str, request: VideoRequest, call: Call) -> VideoResult | Pending:
        """The clip, fetched and made ours; its address expires, and the next poll brings another."""
        task = self._task(ticket)
        match task.status:
            case "PENDING" | "THROTTLED":
                return Pending(_POLL)
            case "RUNNING":
                done = getattr(task, "progress", None)
                return Pending(_POLL, done if isinstance(done, int | float) else None)
            case "SUCCEEDED":
                return self._taken(task, request, call)
            case "FAILED":
                code, reason = getattr(task, "failure_code", None), getattr(task, "failure", "")
                error = failed(self._account, code, reason)
                # "Moderated generations have the same credit cost as successful generations":
                # https://docs.dev.runwayml.com/api-details/moderation. Of other failures nothing is said.
                unsaid = self.price(request) if isinstance(error, Rejected) else 0.0
                with charged(self._cost(task, request, unsaid)):
                    raise error
            case "CANCELLED":
                with charged(self._cost(task, request, 0.0)):
                    raise Permanent("the task was cancelled at runway", code="vendor_cancelled")
            case _:
                raise bad_answer(self._account, "has no status")

    def cancel(self, ticket: str) -> bool:
        """Delete the task while it lives. False where it is paid for: also one that was running, which Runway
        stops and does not refund."""
        try:
            status = self._task(ticket).status
            if status in _LIVE:
                with asking(self._account):
                    self._client.tasks.delete(ticket)
        except Permanent as error:
            if error.code != "result_expired":  # it is deleted already
                raise
            return True
        return status in _UNPAID or status == "CANCELLED"

    def _task(self, ticket: str) -> Any:
        with asking(self._account):
            task = self._client.tasks.retrieve(ticket)
            str(task.status)  # which an answer that is no task does not have
        return task

    def _taken(self, task: Any, request: VideoRequest, call: Call) -> VideoResult:
        model, _, ratio, seconds = self._asked(request)
        addresses = getattr(task, "output", None)
        if not isinstance(addresses, list) or not addresses or not isinstance(addresses[0], str):
            raise bad_answer(self._account, "has no output")
        cost = self._cost(task, request, self.price(request))
        with charged(cost):
            result = fetched(self._api, addresses[0], request, call)
        details = {"model": model.name, "size": list(ratio), "seconds": seconds, "credits": _credits(task)}
        return replace(result, details=details, cost=cost)

    def _cost(self, task: Any, request: VideoRequest, unsaid: float) -> float:
        """What the task that has ended says that it cost, in US dollars; ``unsaid`` where it does not say."""
        credit, spent = self._asked(request)[0].options.get("credit"), _credits(task)
        return unsaid if credit is None or spent is None else float(spent * credit)

    def _asked(self, request: VideoRequest) -> tuple[Model, VideoModel, tuple[int, int], int]:
        """The model, what it can do, the size and the seconds to ask for."""
        if request.image is None:
            raise Permanent("footage is shown as it is, not made from a picture", code="unsupported")
        model = self._draft if request.draft else self._usual
        able = MODELS[model.name]
        return model, able, able.ratio(request.canvas), able.duration(request.frames + request.handle)


def _credits(task: Any) -> float | None:
    """The final cost of a task that has ended: what was refunded is not in it."""
    said = getattr(getattr(task, "cost", None), "credits", None)
    return said if isinstance(said, int | float) else None
