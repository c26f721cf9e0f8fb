"""machine_kind(): Message -> bounce, auto-reply or survey when a machine wrote it, with what says so; else None.

Source: RFC 3834 2 (Auto-Submitted), 3.1.8 (Precedence); RFC 3464 2 (multipart/report); RFC 5321 4.5.5 (null
reverse-path).
"""

from __future__ import annotations

import re

from watcher.core.answer.values import AnswerKind
from watcher.core.decoder import Hearing, overhear
from watcher.core.message import Message
from watcher.core.rules import Rulebook
from watcher.core.verdict import Evidence

_POSTMASTERS = frozenset({"mailer-daemon", "postmaster", "mailerdaemon", "mail-daemon", "bounce", "bounces"})
_REPLY_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply-from", "x-autoreply-from")
_SURVEYORS = (
    "surveymonkey.com",
    "qualtrics.com",
    "typeform.com",
    "starred.com",
    "survale.com",
    "trustcruit.com",
    "delighted.com",
    "medallia.com",
    "getfeedback.com",
    "customeralliance.com",
    "trustpilot.com",
)
_ACTION = re.compile(r"(?im)^action:[ \t]*([a-z]+)")
_LONG = 600
"""A human answer of this many characters may mention a holiday and still be an answer."""


def machine_kind(message: Message, hearing: Hearing, rulebook: Rulebook) -> MachineResult:
    """Say which machine wrote this.

    Args:
        message: The mail.
        hearing: What was heard in its own words.
        rulebook: For the senders of applicant tracking systems.
    """
    subject = overhear(message.subject, ("bounce_subject", "auto_reply_subject", "survey"), rulebook)
    for look in (_bounce, _auto_reply, _survey):
        if (found := look(message, hearing, subject, rulebook)) is not None:
            return found
    return None


MachineResult = tuple[AnswerKind, Evidence] | None


def _bounce(message: Message, hearing: Hearing, subject: frozenset[str], rulebook: Rulebook) -> MachineResult:
    del rulebook
    content_type = message.header("content-type").lower()
    actions = {found.lower() for text in message.delivery_status for found in _ACTION.findall(text)}
    if actions and "failed" not in actions:
        return _found(AnswerKind.AUTO_REPLY, f"delivery {', '.join(sorted(actions))}")  # RFC 3464 2.3.3: not given up
    if message.delivery_status or (
        message.content_type == "multipart/report" and "disposition-notification" not in content_type
    ):
        return _found(AnswerKind.BOUNCE, "delivery status report")
    author = message.author
    if author and author.local_part.lower() in _POSTMASTERS:
        return _found(AnswerKind.BOUNCE, str(author.addr_spec))
    if message.header("x-failed-recipients"):
        return _found(AnswerKind.BOUNCE, "X-Failed-Recipients")
    nobody = message.header("return-path").strip() == "<>"
    if "bounce_subject" in subject and (nobody or hearing.heard("bounce") or _is_robot(message)):
        return _found(AnswerKind.BOUNCE, message.subject)
    return None


def _auto_reply(message: Message, hearing: Hearing, subject: frozenset[str], rulebook: Rulebook) -> MachineResult:
    del rulebook
    submitted = message.header("auto-submitted").split(";")[0].strip().lower()
    if "disposition-notification" in message.header("content-type").lower():
        return _found(AnswerKind.AUTO_REPLY, "read receipt")  # RFC 8098 3: it was opened, nobody answered
    if submitted == "auto-replied":
        return _found(AnswerKind.AUTO_REPLY, f"Auto-Submitted: {submitted}")
    for name in _REPLY_HEADERS:
        value = message.header(name)
        if value and value.strip().lower() not in {"no", "false", "0"}:
            return _found(AnswerKind.AUTO_REPLY, f"{name}: {value}")
    if message.header("precedence").strip().lower() == "auto_reply":
        return _found(AnswerKind.AUTO_REPLY, "Precedence: auto_reply")
    if "all" in message.header("x-auto-response-suppress").lower() and "auto_reply_subject" in subject:
        return _found(AnswerKind.AUTO_REPLY, "X-Auto-Response-Suppress")
    if "auto_reply_subject" in subject:
        return _found(AnswerKind.AUTO_REPLY, message.subject)
    if hearing.heard("auto_reply") and not hearing.heard("point") and len(message.fresh) < _LONG:
        return _found(AnswerKind.AUTO_REPLY, _quote(hearing, "auto_reply"))
    if submitted == "auto-generated" and hearing.heard("auto_reply"):
        return _found(AnswerKind.AUTO_REPLY, f"Auto-Submitted: {submitted}")
    return None


def _survey(message: Message, hearing: Hearing, subject: frozenset[str], rulebook: Rulebook) -> MachineResult:
    domains = {address.domain for address in (*message.from_, *message.reply_to)}
    if any(_under(domain, _SURVEYORS) for domain in domains):
        return _found(AnswerKind.SURVEY, ", ".join(sorted(domains)))
    systems = tuple(name for item in rulebook.ats for name in item.domains)
    system = _is_robot(message) or any(_under(domain, systems) for domain in domains)
    if hearing.heard("survey") and (system or not hearing.points):
        return _found(AnswerKind.SURVEY, _quote(hearing, "survey"))
    if "survey" in subject and system:
        return _found(AnswerKind.SURVEY, message.subject)
    return None


def _is_robot(message: Message) -> bool:
    submitted = message.header("auto-submitted").strip().lower()
    author = message.author
    local = author.local_part.lower().replace("-", "").replace("_", "").replace(".", "") if author else ""
    return (bool(submitted) and submitted != "no") or "noreply" in local or "donotreply" in local


def _under(domain: str, known: tuple[str, ...]) -> bool:
    return any(domain == name or domain.endswith("." + name) for name in known)


def _quote(hearing: Hearing, what: str) -> str:
    return next(item.quote for item in hearing.evidence if item.category == what)


def _found(kind: AnswerKind, quote: str) -> tuple[AnswerKind, Evidence]:
    return kind, Evidence(f"answer.{kind}", str(kind), quote)
