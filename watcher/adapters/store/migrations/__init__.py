"""Numbered, forward-only steps of the schema; run by engine.py, never by hand."""
