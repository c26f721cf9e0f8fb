"""Templates (shipped, then the user's own) -> words, through sandboxed, strict Jinja2."""
