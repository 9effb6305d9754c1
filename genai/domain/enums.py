"""Closed sets of words. The values are stored and sent, so a rename is a migration."""

from __future__ import annotations

from enum import StrEnum


class JobType(StrEnum):
    """What a job is asked for."""

    MARKETING_CREATION = "marketing_creation"  # make the product's identity
    MARKETING_OUTPUT = "marketing_output"  # make creative in one output mode
    RETRY = "retry"  # run part of an earlier job again


class Mode(StrEnum):
    """The output modes of the contract. A mode runs when the router has a pipeline for it."""

    IMAGE_BUNDLE = "image_bundle"
    FAST_VIDEO = "fast_video"
    SCRIPT_VIDEO = "script_video"
    UGC = "ugc"


class JobState(StrEnum):
    ACCEPTED = "accepted"  # stored; waits for admission
    ADMITTED = "admitted"  # has a place among the running jobs; no step claimed yet
    RUNNING = "running"  # a step was claimed
    AWAITING_REVIEW = "awaiting_review"  # rests after its plan until it is approved
    FAILING = "failing"  # a step failed for good; live steps finish
    CANCELLING = "cancelling"  # live steps end at their next safe point
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepState(StrEnum):
    PENDING = "pending"  # not sent to a queue yet
    QUEUED = "queued"  # a message for it was published
    RUNNING = "running"  # claimed; the lease says until when
    WAITING = "waiting"  # parked until ``due_at``; ``wait_reason`` says why
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"  # its job ended before it was claimed


class Phase(StrEnum):
    """Where in a pipeline a step stands; percent has a fixed weight per phase."""

    PLAN = "plan"
    SCENE = "scene"
    ASSEMBLE = "assemble"


class AttemptState(StrEnum):
    STARTED = "started"  # committed before the call
    SUBMITTED = "submitted"  # the vendor gave a ticket
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"  # the vendor was asked to stop it


class EventType(StrEnum):
    ACCEPTED = "job.accepted"
    STARTED = "job.started"
    PROGRESS = "job.progress"
    COMPLETED = "job.completed"
    FAILED = "job.failed"
    CANCELLED = "job.cancelled"


class OutboxState(StrEnum):
    PENDING = "pending"  # to be sent when due, in order per job
    DELIVERED = "delivered"
    DEAD = "dead"  # the schedule is used up, or the destination refused for good; replayable
    DROPPED = "dropped"  # progress that a later event has overtaken
    UNADDRESSED = "unaddressed"  # the client has no callback destination


class Capability(StrEnum):
    """The ports that providers implement."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    SCRIPT = "script"
    STORYBOARD = "storyboard"
    METADATA = "metadata"
    FIDELITY = "fidelity"
    STITCH = "stitch"
    LIP_SYNC = "lip_sync"


class Queue(StrEnum):
    MARKETING = "marketing"  # creation and output stages
    AVATAR = "avatar"  # lip sync, presenters
    CALLBACKS = "callbacks"  # the drain
    MAINTENANCE = "maintenance"  # reconcile, admission, retention
    RETRY = "retry"  # every step of a retry job


class Scope(StrEnum):
    """How much of the original job a retry makes again."""

    MISSING = "missing"  # whatever has not succeeded
    ONLY = "only"  # the named scene or stage, and what is made of it
    ONWARD = "onward"  # the named scene and all after it


class Composition(StrEnum):
    PRODUCT_ONLY = "product_only"
    WITH_MODEL = "with_model"
    MIXED = "mixed"


class Aspect(StrEnum):
    PORTRAIT = "9:16"
    SQUARE = "1:1"
    LANDSCAPE = "16:9"
    FEED = "4:5"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return _SIZES[self]


_SIZES = {
    Aspect.PORTRAIT: (1080, 1920),
    Aspect.SQUARE: (1080, 1080),
    Aspect.LANDSCAPE: (1920, 1080),
    Aspect.FEED: (1080, 1350),
}


class Verdict(StrEnum):
    """What a fidelity check says of a candidate."""

    PASS = "pass"
    DRIFT = "drift"
    UNSURE = "unsure"


class AssetRole(StrEnum):
    """What an asset is for in the output it belongs to."""

    SOURCE = "source"  # a photograph the client supplied
    CUTOUT = "cutout"  # RGBA, the product on transparency
    NEUTRAL = "neutral"  # the product on white, 2048 px
    SHEET = "sheet"  # the character sheet as one picture
    SHEET_PANEL = "sheet_panel"  # one panel of it
    SCENE_IMAGE = "scene_image"
    SCENE_PLATE = "scene_plate"  # a scene image without its product
    SCENE_PRODUCT = "scene_product"  # the product of a scene image, RGBA of the image's size
    EXPLANATION = "explanation"  # what a checker saw
    SCRIPT = "script"  # what is said, plain text
    SPEECH = "speech"  # the sound of a scene's words
    MUSIC = "music"
    CLIP = "clip"  # a scene's moving picture, without sound
    LAST_FRAME = "last_frame"  # where a clip ends, without text
    VIDEO = "video"
    POSTER = "poster"
    SUBTITLES = "subtitles"  # SRT or WebVTT
    QC_REPORT = "qc_report"  # what was measured on a video, JSON
