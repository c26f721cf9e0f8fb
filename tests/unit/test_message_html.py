"""HTML -> the text a reader sees."""

import pytest

from watcher.core.message.html import html_to_text


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("in<b>side</b> a <i>word</i>", "inside a word"),
        ('see <a href="https://x.example">our page</a>.', "see our page."),
        ("a&nbsp;b &amp; &#8217;c&rsquo;", "a b & ’c’"),
        ("<style>p{}</style><script>x()</script><title>t</title><p>seen</p>", "seen"),
        ('<div style="display:none">preheader</div><p>seen</p>', "seen"),
        ('<span style="font-size:0px">x</span><span style="mso-hide: all">y</span>seen', "seen"),
        ('<div style="max-height:0;overflow:hidden">x</div>seen', "seen"),
        ('<p style="font-size:0.9em">seen</p>', "seen"),
        ('<p style="max-height:0.5em">seen</p>', "seen"),
        ("<p hidden>x</p>seen", "seen"),
        ("<!-- no --><![if !mso]>seen<![endif]>", "seen"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("a\n   b\t c", "a b c"),
        ("<p>unclosed <b>and <i>crossed</b></i> tags", "unclosed and crossed tags"),
        ("", ""),
        ("just text < 5 & more", "just text < 5 & more"),
        ("<p>Zürich 東京</p>", "Zürich 東京"),
    ],
)
def test_the_visible_text_is_read(markup: str, wanted: str) -> None:
    assert html_to_text(markup) == wanted


def test_a_hidden_rejection_is_not_read() -> None:
    text = html_to_text('<p>Welcome aboard!</p><p style="display:none">Unfortunately we chose somebody else.</p>')
    assert "Unfortunately" not in text
