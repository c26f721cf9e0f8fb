"""What went wrong with a server, in one place: any foreign exception -> MailUnavailable or MailRefused, in a sentence.

Source: RFC 5530 (response codes), RFC 9051 7.1 (response codes).
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from watcher.adapters.mail.transport import Gone
from watcher.errors import MailError, MailRefused, MailUnavailable, WatcherError

TEMPORARY_CODES = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CORRUPTION", "EXPUNGEISSUED"})
"""Response codes that say: ask again later."""

TEMPORARY_WORDS = re.compile(
    # Gmail: "Too many simultaneous connections. (Failure)"; Microsoft: "Server Unavailable. 15", "Request is
    # throttled"; Dovecot: "Temporary authentication failure", "Internal error occurred"; Cyrus: "System I/O error".
    r"too many|try again|try later|temporar|throttl|unavailable"
    r"|internal (server )?error|system (i/o )?error|timed? ?out",
    re.IGNORECASE,
)
_CODE = re.compile(r"\[([A-Z][A-Z0-9-]*)[^\]]*\]")
MAX_SAID = 200  # characters of a server's own words repeated in a message


@contextmanager
def translated(doing: str, server: str) -> Iterator[None]:
    """Let nothing foreign out.

    Args:
        doing: What was tried, as it goes into "could not <doing>".
        server: `host:port`.

    Raises:
        MailUnavailable: Connection, time-out, overload, nonsense instead of IMAP.
        MailRefused: The server said no, or it cannot be trusted.
    """
    try:
        yield
    except WatcherError:
        raise
    except ssl.SSLError as error:
        raise _about_tls(error, server) from error
    except imaplib.IMAP4.abort as error:
        raise _about_loss(error, doing, server) from error
    except imaplib.IMAP4.error as error:
        raise _about_no(str(error), doing, server) from error
    except socket.gaierror as error:
        raise MailUnavailable(
            f"{server}: there is no such host, or no network ({error.strerror}); look at imap.host"
        ) from error
    except ConnectionRefusedError as error:
        raise MailUnavailable(
            f"{server}: nothing listens there; look at imap.host and imap.port, and whether IMAP is switched on"
        ) from error
    except TimeoutError as error:
        raise MailUnavailable(f"{server}: could not {doing}: no answer in time") from error
    except OSError as error:
        raise MailUnavailable(f"{server}: could not {doing}: {error.strerror or error}") from error
    except (ValueError, LookupError, TypeError, AssertionError, AttributeError, RecursionError, OverflowError) as error:
        # imaplib and IMAPClient fail like this on an answer that is not IMAP.
        raise MailUnavailable(
            f"{server}: could not {doing}: the server answered something that is not IMAP ({type(error).__name__})"
        ) from error


def refused_login(error: imaplib.IMAP4.error, whose: str, server: str) -> MailError:
    """Tell a wrong password from a server that is busy; only the first is for the user.

    Args:
        error: As imaplib raised it.
        whose: Goes behind "login": "of 'sam'", "by XOAUTH2".
        server: `host:port`.
    """
    said = _said(str(error))
    if isinstance(error, imaplib.IMAP4.abort) or is_temporary(str(error)):
        return MailUnavailable(f"{server}: could not log in just now: {said}")
    return MailRefused(
        f"{server}: login {whose} refused: {said}; look at login.user and the password or token "
        "(many providers want an app password, or IMAP switched on in their settings)"
    )


def is_temporary(text: str) -> bool:
    """Tell whether waiting may help, by response code first, then by words servers are known to use."""
    codes = set(_CODE.findall(text))
    if codes & TEMPORARY_CODES:
        return True
    if codes - {"ALERT"}:
        return False
    return bool(TEMPORARY_WORDS.search(text))


def _about_tls(error: ssl.SSLError, server: str) -> MailError:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = error.verify_message or str(error)
        if "mismatch" in reason.lower() or "not valid for" in reason.lower():
            return MailRefused(
                f"{server}: the certificate belongs to another name ({reason.rstrip('.')}); "
                "look at imap.host: it must be the name the certificate was made for"
            )
        return MailRefused(
            f"{server}: the certificate cannot be trusted ({reason}); if it is your own server, "
            "name its certificate (PEM) in imap.ca_file; otherwise somebody may be in between"
        )
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return MailUnavailable(f"{server}: the connection ended during the TLS handshake")
    return MailRefused(
        f"{server}: no TLS there ({error.reason or error}); port 993 is usual for security: tls, "
        "port 143 for security: starttls"
    )


def _about_loss(error: imaplib.IMAP4.abort, doing: str, server: str) -> MailError:
    text = str(error)
    if not isinstance(error, Gone) and "BYE" not in text and not text.startswith("command:"):
        return MailUnavailable(f"{server}: could not {doing}: {_said(text)}")
    return MailUnavailable(f"{server}: could not {doing}: connection lost ({_said(text)})")


def _about_no(text: str, doing: str, server: str) -> MailError:
    said = _said(text)
    codes = set(_CODE.findall(text))
    if is_temporary(text):
        return MailUnavailable(f"{server}: could not {doing} just now: {said}")
    if "OVERQUOTA" in codes or re.search(r"over ?quota|quota exceeded", text, re.IGNORECASE):
        return MailRefused(f"{server}: could not {doing}: the mailbox is full ({said}); make room there")
    if codes & {"NOPERM", "NONEXISTENT", "TRYCREATE", "CANNOT", "CONTACTADMIN", "READ-ONLY"} or "NO " in text:
        return MailRefused(f"{server}: could not {doing}: the server said no ({said})")
    return MailRefused(f"{server}: could not {doing}: {said}")


def _said(text: str) -> str:
    """A server's words on one line, short, without imaplib's wrapping."""
    text = re.sub(r"^command: [A-Z ]+ => ", "", text)
    text = re.sub(r"^\[b?['\"](.*)['\"]\]$", r"\1", text)
    text = re.sub(r"^b(['\"])(.*)\1$", r"\2", text)
    text = "".join(char if char.isprintable() else " " for char in text)
    return text if len(text) <= MAX_SAID else text[:MAX_SAID] + "..."
