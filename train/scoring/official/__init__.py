"""Score answers as shared tasks do: one module a shared task, listed in registry.py."""
