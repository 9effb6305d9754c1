"""A job request as the pipelines see it, after its contract has accepted it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from genai.domain.enums import Aspect, Composition, JobType, Scope


@dataclass(frozen=True)
class ProductImage:
    """A picture of the product: a stored asset or an address, exactly one of them."""

    asset_id: str | None = None
    url: str | None = None
    view: str | None = None


@dataclass(frozen=True)
class ProductSnapshot:
    """What the job carries about the product. Nothing else is known of it."""

    product_id: str
    name: str
    images: tuple[ProductImage, ...]
    brand: str | None = None
    description: str = ""
    category: str | None = None
    links: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BrandSettings:
    """``logo`` is an asset id; ``colors`` are sRGB hex, by weight; ``font`` a family name."""

    logo: str | None = None
    colors: tuple[str, ...] = ()
    font: str | None = None


@dataclass(frozen=True)
class FidelityPolicy:
    """``on_cap``: fail or best, once three attempts drifted; ``on_unsure``: accept, regenerate, fail."""

    on_cap: str = "fail"
    on_unsure: str = "accept"


@dataclass(frozen=True)
class CaptionSettings:
    """Captions of moving formats. ``position``: lower, middle or upper third of the safe box."""

    enabled: bool = True
    position: str = "lower"
    highlight: str | None = None


@dataclass(frozen=True)
class Footage:
    """The client's own clip or still: in place of what the numbered scene would show, or, without a
    number, as a further scene before the last."""

    asset_id: str
    scene: int | None = None


@dataclass(frozen=True)
class OutputSettings:
    """The settings of all modes; a mode's contract accepts those that it uses.

    ``duration`` seconds; ``scenes`` the number of scenes, None: the pipeline chooses;
    ``budget`` US dollars; ``voice_over`` is an asset id, ``music`` one too, or ``made`` or ``none``
    (None for modes without sound);
    ``speech_rate`` 1.0 is the voice's own pace.
    """

    aspect: Aspect = Aspect.SQUARE
    composition: Composition = Composition.PRODUCT_ONLY
    scenes: int | None = None
    scene_compositions: Mapping[int, Composition] = field(default_factory=dict)
    duration: float | None = None
    language: str = "en"
    script: str | None = None
    voice: str | None = None
    speech_rate: float = 1.0
    voice_over: str | None = None
    presenter: str | None = None
    footage: tuple[Footage, ...] = ()
    music: str | None = None
    captions: CaptionSettings = CaptionSettings()
    brand: BrandSettings = BrandSettings()
    variants: int = 1
    preview: bool = False
    preview_of: str | None = None
    review: bool = False
    priority: int = 0
    budget: float | None = None
    allow_degraded: bool = True
    fidelity: FidelityPolicy = FidelityPolicy()


@dataclass(frozen=True)
class RetryRequest:
    """Which part of which job to run again. ``edits`` maps a scene number to changed words or look;
    ``prompt_adjustment`` is said to whatever is made again; ``settings`` are those that may change:
    budget, priority, allow_degraded and fidelity, as far as given. ``replanned``: the scenes are determined
    anew, so that they follow the adjustment themselves."""

    job_id: str
    stage: str | None = None
    scene: int | None = None
    scope: Scope = Scope.MISSING
    prompt_adjustment: str | None = None
    edits: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    replanned: bool = False


@dataclass(frozen=True)
class JobRequest:
    """One request. ``product`` and ``settings`` are None for a retry: it takes the original's.

    ``mode`` is set for marketing_output alone; ``metadata`` is returned untouched. What a retry executes
    is its original's request with the retry in it.
    """

    job_type: JobType
    idempotency_key: str
    mode: str | None = None
    product: ProductSnapshot | None = None
    prompt: str = ""
    settings: OutputSettings | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    retry: RetryRequest | None = None

    @property
    def adjustment(self) -> str:
        """What a retry asks to be different, in words; empty without one."""
        return (self.retry.prompt_adjustment if self.retry else None) or ""

    @property
    def scene_adjustment(self) -> str:
        """The same for the picture of a scene; empty where the scene was planned with it."""
        return "" if self.retry and self.retry.replanned else self.adjustment

    @property
    def wish(self) -> str:
        """The prompt with the adjustment of a retry."""
        return "\n".join(part for part in (self.prompt, self.adjustment) if part)
