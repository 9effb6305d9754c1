"""A tiny segmentation network as a real ONNX file: what is darker than the ground is the product."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def write_network(path: Path, side: int = 64) -> Path:
    """Of the form of U2-Net: input 1x3x``side``x``side``, output 1x1x``side``x``side`` in 0..1, high where
    the picture is dark."""
    weights = np.full((1, 3, 1, 1), -2.0, np.float32)
    nodes = [
        helper.make_node("Conv", ["input", "weights"], ["dark"]),
        helper.make_node("Sigmoid", ["dark"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "dark",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, side, side])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, side, side])],
        [numpy_helper.from_array(weights, "weights")],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=9), path)
    return path
