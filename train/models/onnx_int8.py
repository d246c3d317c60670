"""Store the weights of an ONNX file in 8 bits.

Linear layers have a scale for each block of 16 weights; embeddings are in half precision. Plain
dynamic quantization, which has one scale for all activations of a layer, is smaller and faster, but
changed 12 to 20 % of the assigned labels of two models.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_BLOCK = 16
_ZERO = 128  # what MatMulNBits takes for 0
_LARGEST = 127
_COMPUTE_IN_8_BITS = 4  # an "accuracy level" of MatMulNBits
_MICROSOFT = "com.microsoft"  # the operators that are onnxruntime's own

Array = npt.NDArray[Any]
Replacement = tuple[list[Any], list[Any]]  # nodes, and the tensors that they read


def write_int8(source: Path, path: Path) -> None:
    """Write the ONNX file `source` with smaller weights; biases and norms stay."""
    import onnx
    from onnx import TensorProto, numpy_helper

    model = onnx.load(source)
    graph = model.graph
    tables = {
        tensor.name: numpy_helper.to_array(tensor)
        for tensor in graph.initializer
        if len(tensor.dims) == 2 and tensor.data_type == TensorProto.FLOAT
    }
    nodes, tensors = [], {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        new, parts = _replace(node, tables)
        nodes += new
        tensors |= {tensor.name: tensor for tensor in parts}
    used = {name for node in nodes for name in node.input}
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(tensor for name, tensor in tensors.items() if name in used)
    model.opset_import.append(onnx.helper.make_opsetid(_MICROSOFT, 1))
    onnx.save(model, path)


def _replace(node: Any, tables: dict[str, Array]) -> Replacement:
    if node.op_type == "MatMul" and node.input[1] in tables:
        return _multiply(node, tables[node.input[1]])
    if node.op_type == "Gather" and node.input[0] in tables:
        return _look_up(node, tables[node.input[0]])
    return [node], []


def _multiply(node: Any, weights: Array) -> Replacement:
    """Multiply by weights of shape (inputs, outputs) in blocks along the inputs."""
    from onnx import helper, numpy_helper

    inputs, outputs = weights.shape
    padded = np.pad(weights.T, ((0, 0), (0, -inputs % _BLOCK)))
    small, scales = _quantized(padded.reshape(outputs, -1, _BLOCK))
    names = [f"{node.input[1]}.{part}" for part in ("int8", "scales")]
    multiply = helper.make_node(
        "MatMulNBits",
        [node.input[0], *names],
        [node.output[0]],
        domain=_MICROSOFT,
        K=inputs,
        N=outputs,
        bits=8,
        block_size=_BLOCK,
        accuracy_level=_COMPUTE_IN_8_BITS,
    )
    values = (small + _ZERO).astype(np.uint8), scales.ravel()
    return [multiply], [numpy_helper.from_array(*pair) for pair in zip(values, names, strict=True)]


def _look_up(node: Any, table: Array) -> Replacement:
    """Look up rows of a table in half precision."""
    from onnx import TensorProto, helper, numpy_helper

    name, half = f"{node.input[0]}.half", f"{node.output[0]}.half"
    nodes = [
        helper.make_node("Gather", [name, node.input[1]], [half]),
        helper.make_node("Cast", [half], [node.output[0]], to=TensorProto.FLOAT),
    ]
    return nodes, [numpy_helper.from_array(table.astype(np.float16), name)]


def _quantized(values: Array) -> tuple[Array, Array]:
    """Return whole numbers from -127 to 127, and the scale of each row of the last axis."""
    largest = np.abs(values).max(axis=-1, keepdims=True)
    scales = (np.where(largest > 0, largest, 1.0) / _LARGEST).astype(np.float32)
    return np.rint(values / scales), scales
