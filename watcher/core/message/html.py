"""HTML -> text with line breaks where a reader sees them, through lxml and a block walker of our own.

Links keep their words; what a reader does not see (preheaders with display:none and the like, scripts, styles) is
left out.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree  # type: ignore[attr-defined]

_BLOCK = frozenset(
    "address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "li main nav ol p pre section table tbody tfoot thead tr ul body caption".split()
)
_SKIP = frozenset("script style head title template noscript object svg math select textarea map meta link".split())
_HIDDEN = re.compile(
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|mso-hide\s{0,3}:\s{0,3}all"
    r"|font-size\s{0,3}:\s{0,3}0(?:px|pt|em|%|\s{0,3};|\s{0,3}$)|max-height\s{0,3}:\s{0,3}0(?:px)?\s{0,3}(?:;|$)",
    re.IGNORECASE,
)
_PARAGRAPH = frozenset("p h1 h2 h3 h4 h5 h6 blockquote table ul ol".split())
_SPACES = re.compile(r"[ \t\r\n\f\xa0\u2007\u202f]+")
_QUOTING = re.compile(r"quote|cite|moz-|yahoo|proton|gmail", re.IGNORECASE)
_QUOTING_STYLE = re.compile(r"border(?:-left)?\s{0,3}:", re.IGNORECASE)
MAX_NODES = 100_000
MAX_MARKS = 10


def html_to_text(markup: str) -> str:
    """Give the text a reader of this HTML sees; never fails, whatever the markup.

    Quoted history (a blockquote that a mail program made) comes out with `> ` before its lines, so that it reads
    like a plain-text reply.
    """
    root = _tree(markup)
    if root is None:
        return ""
    writer = _Writer()
    _walk(root, writer)
    return writer.text()


def _tree(markup: str) -> Any:
    parser = etree.HTMLParser(
        recover=True, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8"
    )
    try:
        return etree.fromstring(markup.replace("\0", "").encode("utf-8"), parser)
    except (etree.LxmlError, ValueError):
        return None


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.buffer: list[str] = []
        self.depth = 0
        self.gap = False

    def words(self, text: str, *, keep: bool) -> None:
        if keep:
            first, *rest = text.split("\n")
            self.buffer.append(first)
            for line in rest:
                self.line_break()
                self.buffer.append(line)
        else:
            self.buffer.append(" " if text.isspace() else _SPACES.sub(" ", text))

    def line_break(self) -> None:
        self._flush(always=True)

    def block(self, *, paragraph: bool = False) -> None:
        self._flush(always=False)
        if paragraph:
            self.gap = True

    def _flush(self, *, always: bool) -> None:
        if not (self.buffer or always):
            return
        line = _SPACES.sub(" ", "".join(self.buffer)).strip()
        self.buffer.clear()
        if not line and not always:
            return
        mark = "> " * self.depth
        if self.gap and self.lines and self.lines[-1].strip("> "):
            self.lines.append(mark.rstrip())
        self.gap = False
        self.lines.append((mark + line).rstrip())

    def text(self) -> str:
        self._flush(always=False)
        return "\n".join(self.lines).strip("\n")


def _walk(root: Any, out: _Writer) -> None:
    # iterparse-like walk without recursion: depth is the sender's choice
    skip: Any = None
    pre = 0
    nodes = 0
    quoting: list[Any] = []
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag
        if not isinstance(tag, str):
            tag = ""
        if event == "start":
            nodes += 1
            if nodes > MAX_NODES:
                break
            if skip is not None:
                continue
            if tag in _SKIP or _is_hidden(node):
                skip = node
                continue
            if tag == "br":
                out.line_break()
            elif tag in _BLOCK:
                out.block(paragraph=tag in _PARAGRAPH)
                if tag == "blockquote" and _is_quoting(node):
                    quoting.append(node)
                    out.depth = min(len(quoting), MAX_MARKS)
                elif tag == "pre":
                    pre += 1
                elif tag == "li":
                    out.words("- ", keep=False)
            elif tag in {"td", "th"}:
                out.words(" ", keep=False)
            if text := node.text:
                out.words(text, keep=pre > 0)
            continue
        if skip is not None:
            if skip is not node:
                continue
            skip = None
        elif tag in _BLOCK:
            out.block(paragraph=tag in _PARAGRAPH)
            if quoting and quoting[-1] is node:
                quoting.pop()
                out.depth = min(len(quoting), MAX_MARKS)
            elif tag == "pre":
                pre -= 1
        if (tail := node.tail) and node is not root:
            out.words(tail, keep=pre > 0)


def _is_hidden(node: Any) -> bool:
    style = node.get("style")
    if style and _HIDDEN.search(style[:2000]):
        return True
    return node.get("hidden") is not None


def _is_quoting(node: Any) -> bool:
    """True for history; templates indent their letters with blockquotes too, and those bear no such mark."""
    if node.get("type") == "cite" or node.get("cite"):
        return True
    return bool(_QUOTING.search(node.get("class", "")[:200]) or _QUOTING_STYLE.search(node.get("style", "")[:500]))
