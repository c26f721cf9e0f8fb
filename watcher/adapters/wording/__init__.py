"""Templates (shipped, then the user's own) -> words, through sandboxed, strict Jinja2.

A template file is a list of blocks and nothing else. Each block of a user's `<tag>.j2` takes the place of the shipped
one of that name; `{{ super() }}` inside it gives the shipped text. Line breaks count only in the blocks that are a
whole draft (`request`, `thanks_...`); the text of every other block becomes one line. `{% either %}a{% or %}b{% end %}`
takes one of several natural wordings, always the same one for the same application.

Values (names, roles, employers) come from other people's mail: they are data, never code, and one that could not be a
name is treated as not known. What a template may do is a short list, checked when it is loaded.
"""

from watcher.adapters.wording.templates import TemplateWording, load_wording

__all__ = ["TemplateWording", "load_wording"]
