"""The names of the label formats, apart from their readers so that --help is fast."""

from enum import StrEnum


class FormatName(StrEnum):
    """What --format takes."""

    AUTO = "auto"
    TABLE = "table"
    PRODIGY = "prodigy"
    DOCCANO = "doccano"
    LABEL_STUDIO_JSON = "label-studio-json"
    LABEL_STUDIO_CSV = "label-studio-csv"
    ARGILLA = "argilla"
    POTATO = "potato"
    BRAT = "brat"
    INCEPTION = "inception"
    CONLL = "conll"
    SEMEVAL = "semeval"
    FASTTEXT = "fasttext"
