"""Where everything stands in a project folder; commands are run from its top.

Every path that a command reads or writes by default is named here and nowhere else. Functions take
paths as arguments; only commands, and defaults of their configuration, look here.
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
CONTROL_ITEMS = DATA / "gold"  # the known answers that were mixed in, by project
CONFIGS = DATA / "config"  # labeling configurations of taxonomies other than the project's own
PAGES = DATA / "pages"  # fetched web pages
MIGRATIONS = DATA / "migrations"  # answers as they were before a migration
FEEDBACK = DATA / "feedback"
SAMPLES = DATA / "samples"
DEMO = DATA / "demo"
