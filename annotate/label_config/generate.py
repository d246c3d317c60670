"""Generate the labeling config and the guidelines from the taxonomy."""

from pathlib import Path

from annotate.core.io.files import writing
from annotate.core.taxonomy_file import load_taxonomy
from annotate.label_config.guidelines import guidelines, guidelines_page
from annotate.label_config.labeling_page import label_config


def generate(taxonomy_file: Path, out: Path) -> list[Path]:
    """Write the labeling config and the guidelines into `out`; return the files' paths."""
    taxonomy = load_taxonomy(taxonomy_file)
    contents = {
        "label_studio.xml": label_config(taxonomy),
        "guidelines.md": guidelines(taxonomy),
        "guidelines.html": guidelines_page(taxonomy),
    }
    for name, content in contents.items():
        with writing(out / name) as file:
            file.write(content)
    return [out / name for name in contents]
