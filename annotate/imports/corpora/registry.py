"""The public corpora that `corpus` reads; CORPORA lists them."""

from collections.abc import Mapping

from annotate.imports.corpora.argotario import ARGOTARIO
from annotate.imports.corpora.corpus import Corpus
from annotate.imports.corpora.logic import LOGIC, LOGIC_CLIMATE
from annotate.imports.corpora.mafalda import MAFALDA
from annotate.imports.corpora.semeval2021 import SEMEVAL2021

_ALL = (SEMEVAL2021, MAFALDA, LOGIC, LOGIC_CLIMATE, ARGOTARIO)
CORPORA: Mapping[str, Corpus] = {corpus.name: corpus for corpus in _ALL}
