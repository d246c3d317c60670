"""The public corpora that `corpus` reads; CORPORA lists them."""

from collections.abc import Mapping

from annotate.imports.corpora.argotario import ARGOTARIO
from annotate.imports.corpora.corpus import Corpus
from annotate.imports.corpora.logic import LOGIC, LOGIC_CLIMATE
from annotate.imports.corpora.mafalda import MAFALDA
from annotate.imports.corpora.semeval2020 import SEMEVAL2020
from annotate.imports.corpora.semeval2021 import SEMEVAL2021
from annotate.imports.corpora.semeval2023 import SEMEVAL2023
from annotate.imports.corpora.semeval2024 import SEMEVAL2024
from annotate.imports.corpora.slavicnlp2025 import SLAVICNLP2025

_ALL = (
    *(SEMEVAL2020, SEMEVAL2021, SEMEVAL2023, SEMEVAL2024, SLAVICNLP2025),
    *(MAFALDA, LOGIC, LOGIC_CLIMATE, ARGOTARIO),
)
CORPORA: Mapping[str, Corpus] = {corpus.name: corpus for corpus in _ALL}
