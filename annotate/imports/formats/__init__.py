"""Readers of the files that other annotation tools write, one module a tool."""
