"""The canvas: what it holds, and how it is built."""

from __future__ import annotations

from genai.router import modes, pipelines
from genai.stages.registry import stage


def test_creation_is_a_flow_and_no_mode():
    assert "marketing_creation" in pipelines()
    assert "marketing_creation" not in modes()
    assert "image_bundle" in modes()


def test_every_stage_of_every_flow_is_known_and_finds_its_inputs():
    """What a stage reads stands before it in each flow that has both."""
    for pipeline in pipelines().values():
        order = [*pipeline.plan, *pipeline.scene, *pipeline.assemble]
        for name in order:
            for wanted in stage(name).inputs:
                assert wanted not in order or order.index(wanted) < order.index(name), (pipeline.name, name)
        assert (pipeline.scenes_from in pipeline.plan) == bool(pipeline.scene)
