"""A text -> own words and history."""

import pytest
import quotequail

from watcher.core.message import Message, parse
from watcher.core.message.quotes import split_history

NEW = "Dear Sam,\n\nwe chose somebody else.\n"

ATTRIBUTIONS = [
    "On Mon, 1 Jun 2026 at 10:00, Rita Muster <rita@firm.example> wrote:",
    "On Mon, 1 Jun 2026 at 10:00, Rita Muster\n<rita@firm.example> wrote:",
    "On Jun 1, 2026, at 10:00 AM, Rita Muster <rita@firm.example>\nwrote:",
    "Rita Muster <rita@firm.example> writes:",
    "Am Mo., 1. Juni 2026 um 10:00 Uhr schrieb Rita Muster <rita@firm.example>:",
    "Am 01.06.26 um 10:00 schrieb Rita Muster:",
    "Rita Muster schrieb am 01.06.2026:",
    "Le lun. 1 juin 2026 à 10:00, Rita Muster <rita@firm.example> a écrit :",
    "El lun, 1 jun 2026 a las 10:00, Rita Muster (<rita@firm.example>) escribió:",
    "Il giorno lun 1 giu 2026 alle ore 10:00 Rita Muster <rita@firm.example> ha scritto:",
    "Em seg., 1 de jun. de 2026 às 10:00, Rita Muster <rita@firm.example> escreveu:",
    "Op ma 1 jun 2026 om 10:00 schreef Rita Muster <rita@firm.example>:",
    "pon., 1 cze 2026 o 10:00 Rita Muster <rita@firm.example> napisał(a):",
    "Den mån 1 juni 2026 kl 10:00 skrev Rita Muster <rita@firm.example>:",
    "ma 1. kesäk. 2026 klo 10.00 Rita Muster (rita@firm.example) kirjoitti:",
    "po 1. 6. 2026 v 10:00 odesílatel Rita Muster <rita@firm.example> napsal:",
    "Rita Muster <rita@firm.example> ezt írta (időpont: 2026. jún. 1., H, 10:00):",
    "În lun., 1 iun. 2026 la 10:00, Rita Muster <rita@firm.example> a scris:",
    "Rita Muster <rita@firm.example>, 1 Haz 2026 Pzt, 10:00 tarihinde şunu yazdı:",
    "пн, 1 июн. 2026 г. в 10:00, Rita Muster <rita@firm.example>:",
    "1 июня 2026, 10:00, Рита написала:",
    "пн, 1 черв. 2026 р. о 10:00 Rita Muster <rita@firm.example> пише:",
    "Rita Muster <rita@firm.example> 于2026年6月1日周一 10:00写道：",
    "Rita Muster <rita@firm.example> 於 2026年6月1日 週一 上午10:00寫道：",
    "2026年6月1日(月) 10:00 Rita Muster <rita@firm.example>:",
    "2026년 6월 1일 (월) 오전 10:00, Rita Muster <rita@firm.example>님이 작성:",
    "Vào Th 2, 1 thg 6, 2026 vào lúc 10:00 Rita Muster <rita@firm.example> đã viết:",
    "ในวันที่ จ. 1 มิ.ย. 2026 10:00 น. Rita Muster <rita@firm.example> เขียนว่า:",
    "Pada tanggal Sen, 1 Jun 2026 10:00, Rita Muster <rita@firm.example> menulis:",
    "\u202bבתאריך יום ב׳, 1 ביוני 2026 ב-10:00 מאת \u202aRita Muster\u202c\u200f <\u202arita@firm.example\u202c\u200f>:\u202c",
    "في الاثنين، 1 يونيو 2026 في 10:00 ص تمت كتابة ما يلي بواسطة Rita Muster <rita@firm.example>:",
]
BLOCKS = [
    "From: Sam Doe <sam@x.example>\nSent: Monday, 1 June 2026 10:00\nTo: HR\nSubject: My application",
    "*From:* Sam Doe <sam@x.example>\n*Sent:* Monday\n*To:* HR\n*Subject:* My application",
    "> From: Sam\n> Sent: Monday\n> To: HR",
    "Von: Sam Doe\nGesendet: Montag, 1. Juni 2026 10:00\nAn: HR\nBetreff: Bewerbung",
    "De : Sam Doe\nEnvoyé : lundi 1 juin 2026 10:00\nÀ : RH\nObjet : Candidature",
    "De: Sam Doe\nEnviado el: lunes, 1 de junio de 2026\nPara: RRHH\nAsunto: Candidatura",
    "Da: Sam Doe\nInviato: lunedì 1 giugno 2026\nA: HR\nOggetto: Candidatura",
    "Van: Sam Doe\nVerzonden: maandag 1 juni 2026\nAan: HR\nOnderwerp: Sollicitatie",
    "Od: Sam Doe\nWysłano: poniedziałek, 1 czerwca 2026\nDo: HR\nTemat: Aplikacja",
    "Från: Sam Doe\nSkickat: den 1 juni 2026\nTill: HR\nÄmne: Ansökan",
    "Fra: Sam Doe\nSendt: 1. juni 2026\nTil: HR\nEmne: Ansøgning",
    "Lähettäjä: Sam Doe\nLähetetty: 1. kesäkuuta 2026\nVastaanottaja: HR\nAihe: Hakemus",
    "Od: Sam Doe\nOdesláno: 1. června 2026\nKomu: HR\nPředmět: Žádost",
    "Kimden: Sam Doe\nGönderildi: 1 Haziran 2026\nKime: İK\nKonu: Başvuru",
    "От: Sam Doe\nОтправлено: 1 июня 2026 г.\nКому: HR\nТема: Отклик",
    "Від: Sam Doe\nНадіслано: 1 червня 2026 р.\nКому: HR\nТема: Відгук",
    "差出人: Sam Doe\n送信日時: 2026年6月1日\n宛先: 人事\n件名: 応募",
    "发件人: Sam Doe\n发送时间: 2026年6月1日\n收件人: HR\n主题: 申请",
    "寄件者：Sam Doe\n日期：2026年6月1日\n收件者：HR\n主旨：申請",
    "보낸 사람: Sam Doe\n보낸 날짜: 2026년 6월 1일\n받는 사람: 인사팀\n제목: 지원",
    "-----Original Message-----\nFrom: Sam",
    "-----Ursprüngliche Nachricht-----\nVon: Sam",
    "-------- Message d'origine --------\nDe : Sam",
    "-----Исходное сообщение-----\nОт: Sam",
    "------------------ 原始邮件 ------------------\n发件人: Sam",
    "________________________________\nFrom: Sam <s@x.example>\nSent: Monday\nTo: HR\nSubject: x",
    "From: Sam <s@x.example> Sent: Monday To: HR Subject: My application",
]  # fmt: skip
FORWARDS = [
    "---------- Forwarded message ---------\nFrom: HR <hr@x.example>\nDate: Mon\nSubject: x\nTo: Sam",
    "Begin forwarded message:\n\nFrom: HR\nSubject: x",
    "-------- Weitergeleitete Nachricht --------\nBetreff: x\nVon: HR",
    "Anfang der weitergeleiteten Nachricht:\n\nVon: HR",
    "-------- Message transféré --------\nSujet : x",
    "---------- Mensaje reenviado ---------\nDe: HR",
    "---------- Przekazana wiadomość ---------\nOd: HR",
    "---------- 转发的邮件 ---------\n发件人: HR",
    "---------- Пересылаемое сообщение ----------\nОт: HR",
]  # fmt: skip


def own(text: str, subject: str = "") -> str:
    return "\n".join(split_history(text, subject).own).strip()


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("below", ["> I would like to apply.\n> Sam", "I would like to apply.\nSam"])
def test_history_below_an_attribution_is_not_the_authors(attribution: str, below: str) -> None:
    text = f"{NEW}\n{attribution}\n\n{below}\n"
    assert own(text) == NEW.strip()
    assert attribution.split("\n", 1)[0] in "\n".join(split_history(text).quoted)


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_an_answer_below_the_history_is_kept(attribution: str) -> None:
    assert own(f"{attribution}\n> When do I hear from you?\n> Sam\n\n{NEW}") == NEW.strip()


@pytest.mark.parametrize("block", BLOCKS)
def test_history_below_a_block_of_fields_or_a_separator_is_not_the_authors(block: str) -> None:
    history = split_history(f"{NEW}\n{block}\n\nI would like to apply.\n")
    assert "\n".join(history.own).strip().startswith(NEW.strip())
    if not block.startswith(">"):
        assert "\n".join(history.own).strip() == NEW.strip()
        assert not history.forwarded


@pytest.mark.parametrize("block", FORWARDS)
def test_a_mail_passed_on_is_not_the_authors(block: str) -> None:
    history = split_history(f"Look at this.\n\n{block}\n\nWe chose somebody else.\n", "Look")
    assert "\n".join(history.own).strip() == "Look at this."
    assert history.forwarded


def test_a_mail_that_is_nothing_but_a_forward_has_no_fresh_words_and_says_so() -> None:
    message = parse(b"Subject: Fwd: x\r\n\r\n" + FORWARDS[0].encode() + b"\r\n\r\nWe chose somebody else.\r\n")
    assert (message.fresh, message.forwarded) == ("", True)
    assert "We chose somebody else." in message.quoted
    assert "We chose somebody else." in message.text


@pytest.mark.parametrize(
    "history",
    [
        "On Mon, 1 Jun 2026, Sam Doe wrote:\n\n--]When do I hear from you?\n--]Sam",
        "On Mon, 1 Jun 2026, Sam Doe wrote:\n| When do I hear from you?\n| Sam",
        "On Mon, 1 Jun 2026, Sam Doe wrote:\n\n# When do I hear from you?\n# Sam",
        "On Mon, 1 Jun 2026, Sam Doe wrote:\n=>When do I hear from you?",
        "----- Original Message -----\nFrom: Sam Doe\nSent: Monday\n\n> When do I hear from you?\n> Sam",
        "----- Original Message -----\n> From: Sam Doe\n> Sent: Monday\n> When do I hear from you?",
        "On Mon, 1 Jun 2026, Sam Doe wrote:\n\n> When do I hear\n> from you?",
    ],
)
def test_an_answer_below_is_kept_however_the_history_is_marked(history: str) -> None:
    assert own(f"{history}\n\n{NEW}") == NEW.strip()


def test_words_between_quoted_lines_are_kept() -> None:
    text = "> Did you decide?\n\nYes, for somebody else.\n\n> May I ask why?\n\nExperience with Kafka.\n"
    assert own(text).split() == "Yes, for somebody else. Experience with Kafka.".split()


@pytest.mark.parametrize(
    "text",
    [
        "As our founder wrote:\n\nBe kind.\n\nWe chose somebody else.",
        "From: our point of view this was close.\nTo: be honest, we liked you.\nStill, no.",
        "-----\n\nDear Sam,\n\nWe chose somebody else.",
        "=================\nYour application\n=================\n\nWe chose somebody else.",
        "Position: Engineer\nDate: 1 June 2026\nFrom: 9 to 5\n\nWe chose somebody else.",
        "You wrote on 3 May that you are still interested. We chose somebody else.",
        "The original message: we chose somebody else.",
        "*** Please forward this message to nobody ***\n\nWe chose somebody else.",
    ],
)
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert own(text) == text
    assert not split_history(text).quoted


def test_a_quoting_element_of_html_is_history_and_an_indenting_one_is_not() -> None:
    def fresh(html: str) -> Message:
        return parse(b"Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html.encode())

    for quote in (
        '<blockquote type="cite">',
        '<blockquote class="gmail_quote" style="margin:0">',
        '<blockquote style="border-left:1px solid #ccc;padding-left:1ex">',
    ):
        message = fresh(f"<div>We chose somebody else.</div>{quote}I would like to apply.</blockquote>")
        assert message.fresh == "We chose somebody else."
        assert "I would like to apply." in message.quoted
    message = fresh("<blockquote><p>Dear Sam,</p><p>We chose somebody else.</p></blockquote>")
    assert message.fresh == "Dear Sam,\n\nWe chose somebody else."
    outlook = (
        "<p>We chose somebody else.</p><div id=divRplyFwdMsg><b>From:</b> Sam &lt;s@x.example&gt;<br>"
        "<b>Sent:</b> Monday<br><b>To:</b> HR<br><b>Subject:</b> Job</div><div>I would like to apply.</div>"
    )
    assert fresh(outlook).fresh == "We chose somebody else."


def test_an_attached_mail_is_passed_on() -> None:
    raw = (
        b"Subject: see attached\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nLook at this.\r\n"
        b"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: No\r\n\r\nWe chose somebody else.\r\n--x--\r\n"
    )
    message = parse(raw)
    assert (message.fresh, message.forwarded) == ("Look at this.", True)
    assert "We chose somebody else." in message.quoted


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_quotequail_agrees_where_it_knows_the_language(attribution: str) -> None:
    text = f"{NEW}\n{attribution}\n> I would like to apply.\n> Sam\n"
    seen = "\n".join(part for shown, part in quotequail.quote(text) if shown).strip()
    if attribution.split("\n", 1)[0] not in seen:
        assert own(text) == seen


def test_flowed_lines_are_joined_but_never_with_a_signature_or_a_quotation() -> None:
    raw = (
        b"Subject: x\r\nContent-Type: text/plain; format=flowed\r\n\r\nWe chose \r\nsomebody else. \r\n> You \r\n> wrote \r\n"
        b"Sorry. \r\n-- \r\nRita \r\n"
    )
    message = parse(raw)
    assert message.text == "We chose somebody else. \n> You wrote \nSorry. \n-- \nRita "
    assert message.fresh == "We chose somebody else.\nSorry."
    assert message.signature == "Rita"
