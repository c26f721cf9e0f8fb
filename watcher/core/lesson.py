"""learn(): answers and rejections -> the development plan, at most three open items, each with its quoted words.

Source: ETIQUETTE section 2 (decoder rules), R29-R39, R45-R47.
"""

from __future__ import annotations
