r"""How the embedded server behaves: by the book, or like one of the providers that do not.

What each does is read from logs and reports of others, not from the services themselves.

Source: RFC 6154 2 (special-use attributes), RFC 3501 7.1 (PERMANENTFLAGS).
"""

from __future__ import annotations

from dataclasses import dataclass

COMMON = "IMAP4rev1 ID ENABLE IDLE NAMESPACE UNSELECT CHILDREN SASL-IR"


@dataclass(frozen=True, slots=True)
class Personality:
    r"""One way to be an IMAP server.

    Attributes:
        name: For messages.
        capabilities: Announced after login.
        mailboxes: (name, special-use attribute) every fresh account has.
        delimiter: Between parent and child.
        keywords: `\*` in PERMANENTFLAGS; otherwise STORE of a keyword is answered BAD.
        all_mail: Mailbox that shows every message once more, as Gmail's does.
        idle_limit_s: The connection is dropped after so long in IDLE, without a word; 0 is never.
        appended_without: Header fields cut from what is APPENDed.
        swallows: Mailbox whose APPENDs are answered OK and kept nowhere.
        new_id_on_sending: The server puts a Message-ID of its own on what is sent; the old one goes to this field.
    """

    name: str
    capabilities: str
    mailboxes: tuple[tuple[str, str], ...]
    delimiter: str = "/"
    keywords: bool = True
    all_mail: str = ""
    idle_limit_s: float = 0.0
    appended_without: tuple[str, ...] = ()
    swallows: str = ""
    new_id_on_sending: str = ""

    def mailbox_for(self, attribute: str) -> str:
        """Give the mailbox with this special-use attribute; "" when there is none."""
        return next((name for name, special in self.mailboxes if special == attribute), "")


PLAIN = Personality(
    name="plain",
    capabilities=f"{COMMON} LITERAL+ UIDPLUS MOVE SPECIAL-USE CREATE-SPECIAL-USE LIST-EXTENDED LIST-STATUS CONDSTORE",
    mailboxes=(
        ("INBOX", ""),
        ("Drafts", "\\Drafts"),
        ("Sent", "\\Sent"),
        ("Archive", "\\Archive"),
        ("Junk", "\\Junk"),
        ("Trash", "\\Trash"),
    ),
)

GMAIL = Personality(
    name="gmail",
    capabilities=f"{COMMON} UIDPLUS MOVE SPECIAL-USE LIST-EXTENDED CONDSTORE X-GM-EXT-1 AUTH=XOAUTH2 AUTH=OAUTHBEARER",
    mailboxes=(
        ("INBOX", ""),
        ("[Gmail]/All Mail", "\\All"),
        ("[Gmail]/Drafts", "\\Drafts"),
        ("[Gmail]/Sent Mail", "\\Sent"),
        ("[Gmail]/Spam", "\\Junk"),
        ("[Gmail]/Trash", "\\Trash"),
    ),
    all_mail="[Gmail]/All Mail",
)

EXCHANGE = Personality(
    name="exchange",
    capabilities="IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR IDLE NAMESPACE ID UNSELECT CHILDREN",
    mailboxes=(("INBOX", ""), ("Entwürfe", ""), ("Gesendete Elemente", ""), ("Archiv", ""), ("Gelöschte Elemente", "")),
    keywords=False,
    new_id_on_sending="X-Microsoft-Original-Message-ID",
)

YAHOO = Personality(
    name="yahoo",
    capabilities="IMAP4rev1 ID IDLE NAMESPACE UIDPLUS LITERAL+ CHILDREN UNSELECT",
    mailboxes=(("Inbox", ""), ("Draft", ""), ("Sent", ""), ("Archive", ""), ("Bulk Mail", ""), ("Trash", "")),
    idle_limit_s=300.0,
)

PROTON = Personality(
    name="proton",
    capabilities="IMAP4rev1 ID IDLE UIDPLUS MOVE UNSELECT AUTH=PLAIN",
    mailboxes=(
        ("INBOX", ""),
        ("Drafts", "\\Drafts"),
        ("Sent", "\\Sent"),
        ("Archive", "\\Archive"),
        ("All Mail", "\\All"),
        ("Trash", "\\Trash"),
    ),
    keywords=False,
    all_mail="All Mail",
    appended_without=("In-Reply-To", "References"),
    swallows="Sent",
    new_id_on_sending="X-Pm-Original-Message-ID",
)

PERSONALITIES = {item.name: item for item in (PLAIN, GMAIL, EXCHANGE, YAHOO, PROTON)}
