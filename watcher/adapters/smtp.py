"""Our own EmailMessage over SMTP, with yagmail as the transport: verified TLS, one attempt, never resent blindly.

yagmail by itself does not verify certificates, builds its own MIME and sends anew when a connection breaks in DATA;
here it logs in and hands over, nothing else.

Source: RFC 5321 3.3 (MAIL, RCPT, DATA), 4.2.1 (4yz try again, 5yz do not), 6.1 (who is responsible after DATA);
RFC 8314 3.3 (TLS); RFC 4954 (AUTH).
"""

from __future__ import annotations

import copy
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import getaddresses
from typing import Any

import yagmail

from watcher.config import Smtp
from watcher.errors import MailRefused, MailUnavailable, MailUncertain

RECIPIENT_FIELDS = ("To", "Cc", "Bcc")
_PERMANENT = 500  # RFC 5321 4.2.1
_POLICY = SMTP_POLICY.clone(cte_type="7bit")  # no server needs 8BITMIME for this


class SmtpTransport:
    """One login that can send, to nobody but those named when it was made."""

    def __init__(
        self,
        server: Smtp,
        user: str,
        password: Callable[[], str],
        *,
        allowed: frozenset[str],
        token: Callable[[], str] | None = None,
    ) -> None:
        """Keep what is needed; nothing is connected to before send().

        Args:
            server: Where to; `security: none` is refused by the configuration for any host but this machine.
            user: Login name.
            password: Reads the password when it is needed.
            allowed: addr-specs in lower case; a message to anybody else is refused before connecting.
            token: Gives an OAuth2 access token; the login is XOAUTH2 then.
        """
        self._server = server
        self._user = user
        self._password = password
        self._allowed = allowed
        self._token = token

    def send(self, message: EmailMessage, sender: str) -> None:
        """Hand a message over, once.

        Raises:
            MailRefused: It will not be taken: a recipient not allowed, login, certificate, address; nothing was sent.
            MailUnavailable: It was not taken now (greylisting, no connection); nothing was sent, try later.
            MailUncertain: The connection broke after the text was handed over: it may have been sent.
        """
        recipients = _recipients(message)
        strangers = [address for address in recipients if address.lower() not in self._allowed]
        if strangers or not recipients:
            raise MailRefused(f"refused to send to {', '.join(strangers) or 'nobody'}: only {self._named()} is allowed")
        with _told(self._server):
            mailer = _Mailer(self._server, self._user, self._password, self._token, sender)
            try:
                mailer.send(contents=message)
            finally:
                mailer.close()

    def _named(self) -> str:
        return ", ".join(sorted(self._allowed)) or "nobody"


class _InData(Exception):
    """The connection broke while or after the text went over."""


class _Mailer(yagmail.SMTP):
    """yagmail's client with our message, our certificate check and one attempt."""

    def __init__(
        self,
        server: Smtp,
        user: str,
        password: Callable[[], str],
        token: Callable[[], str] | None,
        sender: str,
    ) -> None:
        context = ssl.create_default_context(cafile=server.ca_file or None)
        self._our_token = token
        self._our_sender = sender
        self._our_password = password
        more: dict[str, Any] = {"context": context} if server.security == "tls" else {}
        super().__init__(
            user=user,
            password="",  # read in _login, when it is needed
            host=server.host,
            port=server.port_used,
            smtp_ssl=server.security == "tls",
            smtp_starttls={"context": context} if server.security == "starttls" else False,
            soft_email_validation=False,
            timeout=server.timeout_s,
            **more,
        )
        self.user = user  # yagmail makes `name` into `name@gmail.com`

    def _login(self, password: Any) -> None:
        del password
        if self._our_token is None:
            super()._login(self._our_password())
            return
        self.smtp_skip_login = True
        super()._login("")
        self.smtp.ehlo_or_helo_if_needed()
        first = f"user={self.user}\x01auth=Bearer {self._our_token()}\x01\x01"
        self.smtp.auth("XOAUTH2", lambda challenge=None: "" if challenge else first, initial_response_ok=True)

    def prepare_send(self, *args: Any, **more: Any) -> tuple[list[str], Any]:
        """Take our message as it is, without its Bcc field; yagmail's send() gives it as the third argument."""
        message = copy.deepcopy(more.get("contents") or args[2])
        assert isinstance(message, EmailMessage)
        recipients = _recipients(message)
        del message["Bcc"]
        return recipients, message.as_bytes(policy=_POLICY)

    def _attempt_send(self, recipients: list[str], msg_strings: Any) -> dict[str, Any]:
        """One attempt, step by step, so that it is known whether the text had gone over when something broke."""
        smtp = self.smtp
        smtp.ehlo_or_helo_if_needed()
        code, answer = smtp.mail(self._our_sender)
        if code != 250:  # RFC 5321 4.2.3
            raise smtplib.SMTPSenderRefused(code, answer, self._our_sender)
        for recipient in recipients:
            code, answer = smtp.rcpt(recipient)
            if code not in {250, 251}:
                raise smtplib.SMTPRecipientsRefused({recipient: (code, answer)})
        try:
            code, answer = smtp.data(msg_strings)
        except smtplib.SMTPDataError:
            raise
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise _InData(str(error)) from error
        if code != 250:  # RFC 5321 4.2.3
            raise smtplib.SMTPDataError(code, answer)
        return {}

    def close(self) -> None:
        """Log out; a server that has gone already is no matter."""
        self.is_closed = True
        try:
            if self.smtp is not None:
                self.smtp.quit()
        except (smtplib.SMTPException, OSError):
            pass


def _recipients(message: EmailMessage) -> list[str]:
    return [address for name in RECIPIENT_FIELDS for _, address in getaddresses(message.get_all(name, [])) if address]


@contextmanager
def _told(server: Smtp) -> Iterator[None]:
    """Turn every error of smtplib and the sockets into one of ours, by who must act and whether waiting helps."""
    place = f"{server.host}:{server.port_used}"
    try:
        yield
    except _InData as error:
        raise MailUncertain(
            f"{place}: the connection broke after the text was handed over; it may have been sent ({error})"
        ) from error
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        raise _by_code(place, code, answer) from error
    except smtplib.SMTPResponseException as error:
        raise _by_code(place, error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailRefused(f"{place}: {error}") from error
    except ssl.SSLCertVerificationError as error:
        raise MailRefused(f"{place}: its certificate cannot be trusted ({error.verify_message})") from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailUnavailable(f"{place}: {error or type(error).__name__}") from error


def _by_code(place: str, code: int, answer: bytes | str) -> MailRefused | MailUnavailable:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    told = f"{place}: {code} {' '.join(words.split())[:300]}"
    return MailRefused(told) if code >= _PERMANENT else MailUnavailable(told)
