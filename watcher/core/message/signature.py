"""The author's lines -> fresh words and the signature; legal footers and unsubscribe lines go out on the way.

A signature is known by `-- ` (RFC 3676 4.3), by a closing such as `Best regards,` with short lines below it, or by a
ruled line with contact details below it. Prose behind a signature (a postscript) stays fresh.
"""

from __future__ import annotations

import re

from watcher.core.message.reply_words import CLOSINGS, SENT_FROM

MAX_SIGNATURE_LINES = 24
MAX_NAME_LINE = 100
# The first words of a mail are never a footer. Bytes of UTF-8: a Chinese character says more than a letter.
OWN_PROSE = 80

_FOOTER = re.compile(
    r"""[\s*_#=+|.\[(-]{0,10}(?:
      confidentiality\s(?:notice|note|statement|warning)|legal\s(?:notice|disclaimer)|disclaimer\b|privacy\snotice\s?:
    | (?:this|the)\s(?:e-?mail|message|communication|transmission|information\scontained)\b.{0,160}?
        \b(?:confidential|privileged|intended\s(?:only|solely|exclusively|for|recipient)|was\s(?:sent|intended|delivered)\s
        (?:to|for|by)|is\s(?:sent|intended)\s(?:to|for)\s|automatically\s(?:generated\sand\ssent|delivered)|virus)
    | if\syou\s(?:are\snot|have\sreceived\sthis)\b.{0,40}\b(?:intended|named|addressee|in\serror|by\smistake)
    | (?:to|click\shere\sto|if\syou\s(?:no\slonger\s)?(?:wish|want|would\slike)\sto|you\s(?:can|may))\s.{0,40}?
        (?:unsubscribe|opt[\s-]out|(?:change|manage|update)\syour\s(?:e-?mail\s|communication\s|notification\s)?
        (?:preferences|settings|subscription))
    | (?:unsubscribe|manage\s(?:your\s)?(?:preferences|subscriptions?)|e-?mail\spreferences|view\s(?:this\s.{0,12})?in\s
        (?:your\s)?browser)\b
    | you(?:['’]re|\sare|\shave)?\sreceiv(?:ed|ing)\sthis\s(?:e-?mail|message|notification|because)
    | (?:copyright\s)?(?:©|\(c\)|&copy;)\s?(?:copyright\s)?\d{4}|all\srights\sreserved
    | please\sconsider\sthe\senvironment
    | diese\s(?:e-?mail|nachricht)\b.{0,120}?(?:vertraulich|ausschließlich\sfür|nur\sfür)
    | der\sinhalt\sdieser\se-?mail|vertraulichkeitshinweis|(?:vom\s)?newsletter\sabbestellen|abmelden\b
    | sitz\sder\s(?:gesellschaft|firma)|(?:sitz|registergericht|amtsgericht|handelsregister)\b.{0,80}?(?:hr\s?[ab]|:)
    | ce\s(?:message|courriel|mail|e-mail)\b.{0,160}?(?:confidentiel|destiné|destinataire)|se\sdésabonner|désinscri
    | (?:este|el\spresente)\s(?:mensaje|correo|e-?mail)\b.{0,160}?(?:confidencial|destinatario)|darse\sde\sbaja
    | aviso\s(?:legal|de\sconfidencialidad|de\sconfidencialidade)
    | (?:questo|il\spresente)\s(?:messaggio|e-?mail)\b.{0,160}?(?:riservat|confidenzial|destinatari)
    | (?:esta|a\spresente)\s(?:mensagem|e-?mail)\b.{0,160}?(?:confidencia|destinatári)
    | cancelar\s(?:a\s)?(?:inscrição|subscrição)
    | (?:dit|deze)\s(?:bericht|e-?mail)\b.{0,160}?(?:vertrouwelijk|uitsluitend|bestemd)|uitschrijven\b|afmelden\b
    | (?:ta|niniejsza)\swiadomość\b.{0,160}?(?:poufn|przeznaczon|adresat)|wypisz\ssię|administratorem\s(?:pani|twoich)
    | (?:detta|dette|denne)\s(?:meddelande|meddelelse|melding|e-?mail|e-?post|mail)\b.{0,160}?
        (?:konfidenti|fortrolig|avsedd|tiltænkt|bestemt)
    | avsluta\sprenumeration|afmeld\b|avmeld\b
    | tämä\s(?:viesti|sähköposti)\b.{0,160}?(?:luottamuksel|tarkoitettu)
    | (?:tato|táto)\s(?:zpráva|správa)\b.{0,160}?(?:důvěrn|dôvern|určen)|odhlásit\sodběr
    | acest\s(?:mesaj|e-?mail)\b.{0,160}?(?:confiden|destinat)|dezabon
    | bu\s(?:e-?posta|mesaj|ileti)\b.{0,160}?(?:gizli|yalnızca|sadece)|abonelikten\sçık
    | (?:это|данное)\s(?:сообщение|письмо)\b.{0,160}?(?:конфиденциальн|предназначен)|отписаться
    | (?:це|даний)\s(?:повідомлення|лист)\b.{0,160}?(?:конфіденційн|призначен)|відписатися
    | 本(?:邮件|郵件|电子邮件|電子郵件).{0,60}?(?:保密|机密|機密|仅供|僅供)|退订|取消訂閱|取消订阅
    | (?:本|この|当)(?:メール|電子メール).{0,60}?(?:機密|秘密|意図)|配信停止
    | 본\s?(?:메일|이메일|전자우편).{0,60}?(?:기밀|비밀|수신)|수신\s?거부
    )""",
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
_RULE = re.compile(r"[-—–_=*~━─═＝＊◇◆+#.]{5,}$")
_CONTACT = re.compile(
    r"@|https?:|www\.|\+\d|\btel\b|\bphone\b|\bfax\b|電話|电话|전화|〒|\d{2,5}[-/ )]\d{3,}", re.IGNORECASE
)
_TRIM = " \t,.;:!-–—，。、！،*_~"
_POSTSCRIPT = ("ps:", "p.s", "ps ", "p.p.s", "nb:", "n.b.")
_SENTENCE_END = (".", "!", "?", "。", "！", "？", "…", ":")
_FIRST_WORDS = frozenset(closing.partition(" ")[0] for closing in CLOSINGS)
_LONGEST_CLOSING = max(map(len, CLOSINGS))


def split_signature(own: list[str]) -> tuple[str, str]:
    """Give the fresh words and the signature of the author's lines; fresh is never empty when the lines are not."""
    lines = _without_footers(own)
    fresh, signature = _split(lines)
    told = _joined(fresh)
    block = [line for line in signature if line.strip(" -_=*")]
    return (told, _joined(block)) if told else (_joined(lines) or _joined(own), "")


def _split(lines: list[str]) -> tuple[list[str], list[str]]:
    for number in range(len(lines) - 1, -1, -1):  # the last separator counts
        if lines[number].rstrip() == "--" and any(line.strip() for line in lines[:number]):
            end = _end_of_signature(lines, number + 1)
            fresh, above = _split_by_closing(lines[:number])
            return [*fresh, *lines[end:]], [*above, *lines[number + 1 : end]]
    return _split_by_closing(lines)


def _split_by_closing(lines: list[str], *, rules: bool = True) -> tuple[list[str], list[str]]:
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number].strip()
        if not line:
            continue
        if (rest := _after_closing(line)) is not None and any(above.strip() for above in lines[:number]):
            end = _end_of_signature(lines, number + 1)
            block = [line for line in lines[number + 1 : end] if line.strip()]
            if rest or block:
                return [*lines[: number + 1], *lines[end:]], [rest, *lines[number + 1 : end]]
            continue
        if rules and _RULE.match(line) and _is_contact_block(lines, number + 1):
            above, signature = _split_by_closing(lines[:number], rules=False)
            return above, [*signature, *lines[number + 1 :]]
    return _split_off_device(lines)


def _split_off_device(lines: list[str]) -> tuple[list[str], list[str]]:
    for number in range(len(lines) - 1, max(-1, len(lines) - 6), -1):
        line = lines[number].strip().casefold()
        if line.startswith(SENT_FROM) and len(line) < 80:
            return lines[:number], lines[number:]
    return lines, []


def _after_closing(line: str) -> str | None:
    """Give what follows a closing in its line (often nothing); None when the line is no closing."""
    if len(line) > MAX_NAME_LINE:
        return None
    words = line.strip(_TRIM).casefold()
    if words.partition(" ")[0].rstrip(_TRIM) not in _FIRST_WORDS:
        return None
    if words in CLOSINGS:
        return ""
    head, comma, rest = line.partition(",")
    if comma and head.strip(_TRIM).casefold() in CLOSINGS and len(rest.split()) <= 6 and not rest.endswith("?"):
        return rest.strip(_TRIM) if not rest.rstrip().endswith((".", "!")) or len(rest.split()) <= 3 else None
    if len(words) <= _LONGEST_CLOSING + 30:
        parts = words.split(" ")
        for count in range(min(5, len(parts) - 1), 1, -1):
            if " ".join(parts[:count]) in CLOSINGS and len(parts) - count <= 4 and not words.endswith(("for", "to")):
                rest = " ".join(line.split()[count:]).strip(_TRIM)
                return rest if rest[:1].isupper() or not rest.isascii() else "" if len(parts) - count <= 3 else None
    return None


def _end_of_signature(lines: list[str], start: int) -> int:
    """Give where the block of short lines below a closing ends: at prose, or after too many lines."""
    end = start
    gaps = 0
    for number in range(start, min(len(lines), start + MAX_SIGNATURE_LINES)):
        line = lines[number].strip()
        if not line:
            gaps += 1
            continue
        if _is_prose(line) or gaps > 5:
            break
        end = number + 1
    return end


def _is_prose(line: str) -> bool:
    """True for a sentence or a piece of one; a signature's lines are short and most of their words have capitals."""
    if len(line) > MAX_NAME_LINE or line.lower().startswith(_POSTSCRIPT):
        return True
    ends = line.endswith(_SENTENCE_END)
    if not line.isascii() and " " not in line:  # Chinese, Japanese: no spaces to count
        return ends and len(line) > 10
    words = line.split()
    small = sum(word[0].islower() for word in words)
    if ends and len(words) >= 3 and 2 * small >= len(words):
        return True
    if ends and not line.isascii() and small == 0 and len(words) >= 4 and not any(word[0].isupper() for word in words):
        return True  # scripts without capitals: Korean, Arabic, Hebrew, Thai
    return len(words) >= 12 or (len(words) >= 7 and 3 * small >= 2 * len(words))


def _is_contact_block(lines: list[str], start: int) -> bool:
    if len(lines) - start > 2 * MAX_SIGNATURE_LINES:
        return False
    told = [line.strip() for line in lines[start:] if line.strip()]
    if not told or any(_is_prose(line) for line in told):
        return False
    return any(_CONTACT.search(line) for line in told)


def _without_footers(lines: list[str]) -> list[str]:
    """Leave out footers: from a line that begins like one to the next empty line."""
    kept: list[str] = []
    above = 0
    inside = False
    for line in lines:
        bare = line.strip()
        if not bare:
            inside = False
        elif not inside and above >= OWN_PROSE and _FOOTER.match(bare[:400]):
            inside = True
        if not inside:
            kept.append(line)
            above += len(bare.encode()) if above < OWN_PROSE else 0
    return kept


def _joined(lines: list[str]) -> str:
    out: list[str] = []
    for line in lines:
        line = line.rstrip()  # noqa: PLW2901 -- the same line, tidied
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip("\n")
