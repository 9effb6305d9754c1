"""What a stage is given to work with: the job's brief, its scene, its inputs, files, and calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from genai.domain.creative import BrandKit, Canvas, ProductBrief, Reference, Scene
from genai.domain.enums import AssetRole
from genai.domain.media import Color, MediaFile
from genai.domain.records import from_json
from genai.domain.request import JobRequest, OutputSettings, ProductSnapshot
from genai.errors import Permanent
from genai.runtime import Runtime
from genai.stages.calls import Calls
from genai.store.assets import find_assets
from genai.store.claims import Claim
from genai.store.steps import StepAsset, StepOutput


@dataclass(frozen=True)
class StepContext:
    """One claimed step. ``still_wanted`` raises when the job has ended or the lease is lost: long
    work calls it at its safe points."""

    runtime: Runtime
    claim: Claim
    calls: Calls
    still_wanted: Callable[[], None]

    @cached_property
    def request(self) -> JobRequest:
        return from_json(JobRequest, self.claim.brief)

    @property
    def product(self) -> ProductSnapshot:
        assert self.request.product is not None, "every brief has its product"
        return self.request.product

    @property
    def settings(self) -> OutputSettings:
        return self.request.settings or OutputSettings()

    @cached_property
    def scene(self) -> Scene:
        """The scene of this step. Only steps of the scene phase have one."""
        assert self.claim.scene_data is not None, "only scene steps have a scene"
        return from_json(Scene, self.claim.scene_data)

    @cached_property
    def scenes(self) -> tuple[Scene, ...]:
        """All scenes of the job, in order; none before they are determined."""
        return tuple(from_json(Scene, scene) for scene in self.claim.scenes)

    def input(self, stage: str) -> StepOutput:
        """The output of the named stage, of this scene or of the plan. Raises Permanent when the flow
        does not have it."""
        found = self.inputs_of(stage)
        if not found:
            raise Permanent(
                f"the flow '{self.claim.flow}' gives {self.claim.stage} no '{stage}'", code="flow"
            )
        return found[0]

    def inputs_of(self, stage: str) -> list[StepOutput]:
        """The outputs of the named stage, in the order of scenes; empty where the flow has none."""
        return [output for output in self.claim.inputs.values() if output.stage == stage]

    def file(self, asset: StepAsset) -> MediaFile:
        """The asset as a file on this machine."""
        return MediaFile(
            path=self.runtime.assets.path(asset.sha256),
            media_type=asset.media_type,
            sha256=asset.sha256,
            width=asset.width,
            height=asset.height,
            duration=asset.duration,
        )

    def reference(self, asset: StepAsset) -> Reference:
        """The asset as a picture of the product."""
        return Reference(
            file=self.file(asset),
            role=asset.role,
            view=asset.view,
            confidence=float(asset.details.get("confidence", 1.0)),
        )

    @property
    def photographs(self) -> tuple[Reference, ...]:
        """The client's own pictures of the product."""
        return tuple(self.reference(asset) for asset in self.input("intake").assets)

    @property
    def product_references(self) -> tuple[Reference, ...]:
        """All that shows the product truly, best first: cut-outs, the neutral image, photographs. The
        cut-out of the view that the neutral image shows leads: it has passed the gate."""
        assets = self.input("neutral_fidelity").assets
        neutral = [asset for asset in assets if asset.role == AssetRole.NEUTRAL]
        shown = {asset.details.get("reference") for asset in neutral}
        cutouts = sorted(
            (asset for asset in assets if asset.role == AssetRole.CUTOUT),
            key=lambda cutout: (
                cutout.details.get("reference") not in shown,
                -float(cutout.details.get("confidence", 1.0)),
            ),
        )
        return (*(self.reference(asset) for asset in (*cutouts, *neutral)), *self.photographs)

    @cached_property
    def brief(self) -> ProductBrief:
        """The words about the product: the snapshot's, completed by the metadata when there are any."""
        known: Mapping[str, object] = {}
        for output in self.inputs_of("metadata"):
            known = output.output
        colors = known.get("colors") or ()
        facts = known.get("facts") or {}
        category = facts.get("category") if isinstance(facts, Mapping) else None
        return ProductBrief(
            name=self.product.name,
            brand=self.product.brand,
            description=self.product.description,
            category=self.product.category or (category["value"] if category else None),
            colors=tuple(from_json(Color, color) for color in colors),  # type: ignore[attr-defined]
            attributes=self.product.attributes,
        )

    @cached_property
    def brand(self) -> BrandKit:
        """The brand of the settings. Raises Permanent when its logo is no asset of the client."""
        wanted = self.settings.brand
        logo = self.own_file(wanted.logo, "/settings/brand/logo") if wanted.logo else None
        return BrandKit(logo=logo, colors=wanted.colors, font=wanted.font)

    def own_file(self, asset_id: str, pointer: str) -> MediaFile:
        """A file that the client has uploaded. Raises Permanent naming ``pointer`` when it is not there."""
        with self.runtime.database.transaction() as connection:
            row = find_assets(connection, self.claim.client, [asset_id]).get(asset_id)
        if row is None:
            raise Permanent(f"{pointer}: there is no such asset", code="unknown_asset")
        return MediaFile(
            path=self.runtime.assets.path(row.sha256),
            media_type=row.media_type,
            sha256=row.sha256,
            width=row.width,
            height=row.height,
            duration=row.duration,
        )

    @property
    def canvas(self) -> Canvas:
        """The picture size of the job; a preview's is a third."""
        width, height = (side // (3 if self.settings.preview else 1) for side in self.settings.aspect.size)
        return Canvas(aspect=self.settings.aspect, width=width, height=height)
