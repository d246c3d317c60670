"""The examples of a card: how to use the model without this project."""

import json
from collections.abc import Sequence

from train.export.gate import OnnxFile
from train.models.folder import ModelFolder
from train.models.onnx import FP32, INT8


def examples(model: ModelFolder, name: str, onnx: Sequence[OnnxFile]) -> str:
    """Return the examples that the files of the folder `name` allow, to be run beside it."""
    written = {file.name for file in onnx if file.size}
    parts = [_pipeline(model, name)]
    if FP32 in written:
        parts += [_onnxruntime(model, name), _transformers_js(model, name, INT8 in written)]
    return "\n".join(parts)


def _pipeline(model: ModelFolder, name: str) -> str:
    return f"""With `transformers`:

```python
from transformers import pipeline

classify = pipeline("text-classification", model={json.dumps(name)}, top_k=None)
text = "They lie, and they know it."
[scores] = classify([text], truncation=True, max_length={model.settings.max_length})
print({{s["label"]: s["score"] for s in scores if s["score"] >= {model.settings.threshold}}})
```
"""


def _onnxruntime(model: ModelFolder, name: str) -> str:
    return f"""With `onnxruntime` and `tokenizers`, without torch:

```python
import json

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

folder = {json.dumps(name)}
with open(f"{{folder}}/config.json", encoding="utf-8") as file:
    names = json.load(file)["id2label"]
tokenizer = Tokenizer.from_file(f"{{folder}}/tokenizer.json")
tokenizer.enable_truncation({model.settings.max_length})
session = onnxruntime.InferenceSession(f"{{folder}}/{FP32}")

words = tokenizer.encode("They lie, and they know it.")
columns = {{
    "input_ids": words.ids,
    "attention_mask": words.attention_mask,
    "token_type_ids": words.type_ids,
}}
feed = {{i.name: np.array([columns[i.name]]) for i in session.get_inputs()}}
[[logits]] = session.run(None, feed)
scores = 1 / (1 + np.exp(-logits))
threshold = {model.settings.threshold}
print({{names[str(n)]: float(s) for n, s in enumerate(scores) if s >= threshold}})
```
"""


def _transformers_js(model: ModelFolder, name: str, int8: bool) -> str:
    smaller = f'; `dtype: "int8"` reads {INT8}, which is smaller and faster' if int8 else ""
    return f"""In JavaScript, with `@huggingface/transformers`, in Node or a browser{smaller}:

```js
import {{
  AutoModelForSequenceClassification as Model, AutoTokenizer, env,
}} from "@huggingface/transformers";

env.allowRemoteModels = false;
env.localModelPath = "./";
const folder = {json.dumps(name)};
const tokenizer = await AutoTokenizer.from_pretrained(folder);
const model = await Model.from_pretrained(folder, {{ dtype: "fp32" }});

const text = "They lie, and they know it.";
const limit = {{ truncation: true, max_length: {model.settings.max_length} }};
const {{ logits }} = await model(await tokenizer([text], limit));
const scores = logits.sigmoid().tolist()[0];
const labels = scores
  .map((score, n) => [model.config.id2label[n], score])
  .filter(([, score]) => score >= {model.settings.threshold});
console.log(JSON.stringify(Object.fromEntries(labels)));
```
"""
