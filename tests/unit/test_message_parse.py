"""bytes -> Message."""

from watcher.core.message import parse


def test_a_plain_mail_is_read() -> None:
    message = parse(b"From: HR <hr@x.example>\r\nSubject: Hi\r\nMessage-ID: <1@x>\r\n\r\nUnfortunately no.\r\n")
    assert message.error == ""
    assert message.author is not None
    assert message.author.addr_spec == "hr@x.example"
    assert message.message_id == "1@x"
    assert message.fresh == "Unfortunately no."
