from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from train.models.onnx_int8 import write_int8

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

RANDOM = np.random.default_rng(5)
TABLE = RANDOM.normal(size=(7, 20)).astype(np.float32)
WEIGHTS = RANDOM.normal(size=(20, 3)).astype(np.float32)  # 20 inputs are no whole blocks of 16


def write(path: Path, *nodes: Any, **tensors: npt.NDArray[Any]) -> Path:
    from onnx import TensorProto, helper, numpy_helper

    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("rows", TensorProto.INT64, [None])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )
    opsets = [helper.make_opsetid("", 20)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=9), path)
    return path


def answer(path: Path, rows: list[int]) -> npt.NDArray[np.float32]:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    result: npt.NDArray[np.float32] = session.run(None, {"rows": np.array(rows)})[0]
    return result


def test_lookups_and_products_stay_near_and_the_weights_shrink(tmp_path: Path) -> None:
    from onnx import helper

    nodes = [
        helper.make_node("Gather", ["table", "rows"], ["vectors"]),
        helper.make_node("MatMul", ["vectors", "weights"], ["out"]),
    ]
    source = write(tmp_path / "model.onnx", *nodes, table=TABLE, weights=WEIGHTS)

    write_int8(source, tmp_path / "small.onnx")

    expected = TABLE[[1, 4]] @ WEIGHTS
    np.testing.assert_allclose(answer(source, [1, 4]), expected, atol=1e-5)
    np.testing.assert_allclose(answer(tmp_path / "small.onnx", [1, 4]), expected, atol=0.15)
    types = {t.name: t.data_type for t in onnx.load(tmp_path / "small.onnx").graph.initializer}
    assert types == {
        "table.half": onnx.TensorProto.FLOAT16,
        "weights.int8": onnx.TensorProto.UINT8,
        "weights.scales": onnx.TensorProto.FLOAT,
    }


def test_whole_numbers_up_to_127_are_kept_exactly(tmp_path: Path) -> None:
    from onnx import helper

    weights = np.zeros((20, 3), dtype=np.float32)
    weights[:3] = [[127, -127, 0], [1, 2, 0], [-64, 5, 0]]  # the last column is all 0
    table = np.eye(7, 20, dtype=np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "rows"], ["vectors"]),
        helper.make_node("MatMul", ["vectors", "weights"], ["out"]),
    ]
    source = write(tmp_path / "model.onnx", *nodes, table=table, weights=weights)

    write_int8(source, tmp_path / "small.onnx")

    np.testing.assert_allclose(
        answer(tmp_path / "small.onnx", [0, 1, 2, 3]), weights[:4], atol=1e-4
    )


def test_a_tensor_that_two_nodes_share_serves_both(tmp_path: Path) -> None:
    from onnx import helper

    nodes = [
        helper.make_node("Gather", ["table", "rows"], ["vectors"]),
        helper.make_node("MatMul", ["vectors", "weights"], ["first"]),
        helper.make_node("Add", ["vectors", "vectors"], ["twice"]),
        helper.make_node("MatMul", ["twice", "weights"], ["second"]),
        helper.make_node("Add", ["first", "second"], ["out"]),
    ]
    source = write(tmp_path / "model.onnx", *nodes, table=TABLE, weights=WEIGHTS)

    write_int8(source, tmp_path / "small.onnx")

    expected = 3 * TABLE[[2]] @ WEIGHTS
    np.testing.assert_allclose(answer(tmp_path / "small.onnx", [2]), expected, atol=0.3)
