"""Read labels, settings and digest of a model folder without loading the model.

The folder is a stock transformers model with the key "rhetoric" in config.json and a taxonomy.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError, ModelError, TaxonomyError
from annotate.core.io.json_files import read_object
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from train.models.safety import check_runs_no_code
from train.scoring.drift import Inputs

FORMAT = 1
KEY = "rhetoric"
PROBLEM_TYPE = "multi_label_classification"
_CHOSEN = frozenset({"rule", "paragraphs", "positives"})
_AGAIN = "copy or export the model again"
# The predictions do not depend on these files.
_ABOUT = frozenset({"README.md", "MANIFEST.sha256", "evaluation.json"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The key "rhetoric" of config.json.

    Attributes:
        threshold: A label is assigned when its probability is at least this.
        temperature: Divisor of the logits; already applied to the weights.
        shift: Then added to the logits; already applied to the weights.
        max_length: Tokens that the model reads at once; longer paragraphs are read in windows.
        taxonomy: Digest of the taxonomy that defines the labels.
        dataset: Digest of the dataset that the model was trained on.
        context: Other paragraphs that the model reads along with each one.
        lineage: As `DatasetFolder.lineage` of that dataset; empty for models from before.
        chosen: What the threshold was chosen by: "rule", "paragraphs", "positives" and others;
            empty for models from before.
        inputs: What paragraphs the model was trained on; None for models from before.
    """

    threshold: float
    temperature: float
    shift: float
    max_length: int
    taxonomy: str
    dataset: str
    format: int = FORMAT
    context: str = "none"
    lineage: tuple[str, ...] = ()
    chosen: Mapping[str, Any] = field(default_factory=dict)
    inputs: Inputs | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"lineage": list(self.lineage)}


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model folder whose configuration matches its taxonomy.

    Attributes:
        digest: Digest of all files that the predictions depend on; it identifies the model.
    """

    folder: Path
    labels: tuple[str, ...]
    settings: Settings
    taxonomy: Taxonomy
    digest: str


def open_model(path: Path) -> ModelFolder:
    """Open a model folder, or the model of a training run.

    Raises:
        ModelError: It is neither, has another format, is broken, or would run code.
        TaxonomyError: Its taxonomy cannot be used, or does not match its labels.
    """
    folder = path / "model" if (path / "fit.json").is_file() else path
    if not (folder / "config.json").is_file():
        raise ModelError(
            f"{path}: neither a model folder nor a finished run (no {folder / 'config.json'}); "
            "train one with 'rhetoric-train fit'"
        )
    check_runs_no_code(folder, _AGAIN)
    config = read_object(folder / "config.json", _AGAIN)
    settings = _settings(folder / "config.json", config.get(KEY))
    _check_problem_type(folder / "config.json", config.get("problem_type"))
    labels = _labels(folder / "config.json", config)
    taxonomy = load_taxonomy(folder / "taxonomy.yaml")
    if labels != taxonomy.labels or settings.taxonomy != taxonomy.digest:
        raise TaxonomyError(
            f"{folder}: taxonomy.yaml is not the one that the model was trained on; "
            "export the model again"
        )
    return ModelFolder(folder, labels, settings, taxonomy, model_digest(folder))


def model_digest(folder: Path) -> str:
    """Return the digest over names and content of the files that predictions depend on."""
    lines = "".join(f"{file_digest(path)}  {path.name}\n" for path in model_files(folder))
    return sha256(lines.encode()).hexdigest()[:16]


def model_files(folder: Path) -> list[Path]:
    """Return the files that predictions depend on, sorted by name."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.name not in _ABOUT and not path.name.startswith(".")
    )


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    from hashlib import file_digest as digest_of

    try:
        with path.open("rb") as file:
            return digest_of(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def _settings(path: Path, value: Any) -> Settings:
    if not isinstance(value, Mapping):
        raise ModelError(
            f"{path}: no key {KEY!r}, so this is not a model of this project; use one that "
            "'rhetoric-train fit' or 'export' wrote"
        )
    if value.get("format") != FORMAT:
        raise ModelError(
            f"{path}: model format {value.get('format')!r}, this version reads {FORMAT}; "
            "use the version that wrote it"
        )
    numbers = {key: value.get(key) for key in ("threshold", "temperature", "shift", "max_length")}
    for key, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ModelError(f"{path}: {KEY}.{key} is not a number; export the model again")
    lineage, chosen = value.get("lineage", []), value.get("chosen", {})
    if not isinstance(lineage, list):
        raise ModelError(f"{path}: {KEY}.lineage is no list; export the model again")
    if not isinstance(chosen, dict) or (chosen and not set(chosen) >= _CHOSEN):
        keys = ", ".join(sorted(_CHOSEN))
        raise ModelError(f"{path}: {KEY}.chosen lacks one of {keys}; export the model again")
    return Settings(
        threshold=float(value["threshold"]),
        temperature=float(value["temperature"]),
        shift=float(value["shift"]),
        max_length=int(value["max_length"]),
        taxonomy=str(value.get("taxonomy")),
        dataset=str(value.get("dataset", "")),
        context=str(value.get("context", "none")),
        lineage=tuple(map(str, lineage)),
        chosen=chosen,
        inputs=_inputs(path, value.get("inputs")),
    )


def _check_problem_type(path: Path, value: Any) -> None:
    """Refuse what would make other programs compute the scores as if one label held at most."""
    if value != PROBLEM_TYPE:
        raise ModelError(
            f"{path}: problem_type is {value!r}, not {PROBLEM_TYPE!r}, by which pipelines and "
            "servers choose the sigmoid; export the model again"
        )


def _inputs(path: Path, value: Any) -> Inputs | None:
    try:
        return None if value is None else Inputs.from_json(value)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{path}: {KEY}.inputs does not describe paragraphs; export the model again"
        ) from error


def _labels(path: Path, config: Mapping[str, Any]) -> tuple[str, ...]:
    names = config.get("id2label")
    if not isinstance(names, Mapping) or set(names) != {str(n) for n in range(len(names))}:
        raise ModelError(f"{path}: 'id2label' does not number the labels; export the model again")
    return tuple(str(names[str(number)]) for number in range(len(names)))
