"""The paths of a project folder, relative to its top, where commands are run.

Every path that a command reads or writes by default is defined here and nowhere else. Functions
take paths as arguments; only commands and defaults of their options use these.
"""

from pathlib import Path

ENV_FILE = Path(".env")
LABEL_CONFIG = Path("label_config")
TAXONOMY = LABEL_CONFIG / "taxonomy.yaml"
STUDIO_PROGRAM = Path(".venv-studio/bin/label-studio")

DATA = Path("data")
STUDIO = DATA / "studio"
SERVER_FILE = STUDIO / "server.json"
PSEUDONYM_KEY = DATA / "pseudonyms.json"
DATASETS = DATA / "datasets"
CONTROL_ITEMS = DATA / "gold"  # the control items of each project
CONFIGS = DATA / "config"  # labeling configs of taxonomies other than label_config/taxonomy.yaml
PAGES = DATA / "pages"  # fetched web pages
MIGRATIONS = DATA / "migrations"  # results as they were before a migration
REOPENED = DATA / "reopened"  # answers as they were before they went back to their annotators
FEEDBACK = DATA / "feedback"
AGREEMENT = DATA / "agreement"
SAMPLES = DATA / "samples"
SHOWN = DATA / "show"  # pages of datasets
COMPARISONS = DATA / "comparisons"  # of models
DEMO = DATA / "demo"
