"""The author's lines -> fresh words and signature."""

import pytest

from watcher.core.message.signature import split_signature

LETTER = "Dear Sam,\n\nthank you for your time. We have decided to go on with another candidate for this role.\n\n"
NAME = "Rita Muster\nTalent Partner\nNorthwind GmbH\n+49 30 1234567"


def split(text: str) -> tuple[str, str]:
    return split_signature(text.split("\n"))


@pytest.mark.parametrize(
    "closing",
    [
        "Best regards,", "Kind regards", "Sincerely,", "Thanks,", "Thank you!", "All the best,", "Best,", "Cheers",
        "Mit freundlichen Grüßen", "Viele Grüße,", "Beste Grüße aus Berlin", "Cordialement,", "Bien à vous,",
        "Un saludo,", "Atentamente,", "Cordiali saluti", "Atenciosamente,", "Met vriendelijke groet,",
        "Z poważaniem", "Pozdrawiam,", "Med vänliga hälsningar", "Med venlig hilsen", "Vennlig hilsen",
        "Ystävällisin terveisin", "S pozdravem", "Cu stimă,", "Saygılarımla,", "С уважением,", "З повагою,",
        "此致", "敬具", "감사합니다.", "Trân trọng,", "ขอแสดงความนับถือ", "Hormat kami,", "مع التحية،", "בברכה,",
    ],
)  # fmt: skip
def test_what_stands_below_a_closing_is_the_signature(closing: str) -> None:
    fresh, signature = split(f"{LETTER}{closing}\n\n{NAME}\n")
    assert fresh == f"{LETTER}{closing}"
    assert signature == NAME


def test_what_stands_below_two_dashes_is_the_signature() -> None:
    for mark in ("-- ", "--"):
        assert split(f"{LETTER}{mark}\n{NAME}") == (LETTER.strip(), NAME)


def test_a_closing_and_a_name_in_one_line_are_told_apart() -> None:
    fresh, signature = split(f"{LETTER}Best regards, Rita Muster\nNorthwind")
    assert fresh.endswith("Best regards, Rita Muster")
    assert signature == "Rita Muster\nNorthwind"


def test_a_ruled_block_of_contact_details_is_the_signature() -> None:
    block = "株式会社ノース\n人事部 武者 理多\nTEL 03-1234-5678\nrita@north.example"
    assert split(
        f"山田様\n\n誠に残念ながら、今回は採用を見送らせていただきます。\n\n=====================\n{block}"
    ) == (
        "山田様\n\n誠に残念ながら、今回は採用を見送らせていただきます。",
        block,
    )


def test_words_behind_the_signature_stay_fresh() -> None:
    after = "While you were not selected for this role, we invite you to join our talent network and hear of others."
    fresh, signature = split(f"{LETTER}Best,\nThe Northwind Team\n\n{after}\n")
    assert after in fresh
    assert signature == "The Northwind Team"


def test_a_postscript_stays_fresh() -> None:
    fresh, signature = split(f"{LETTER}Best,\nRita\n\nPS: your talk was great")
    assert fresh.endswith("PS: your talk was great")
    assert signature == "Rita"


@pytest.mark.parametrize(
    "footer",
    [
        "This e-mail and any attachments are confidential and intended only for the addressee.",
        "CONFIDENTIALITY NOTICE: this message may hold privileged words.\nDelete it when it is not yours.",
        "If you are not the intended recipient, please delete this message.",
        "This email was intended for Sam Doe (Engineer). Learn why we included this.",
        "You are receiving this email because you applied for a job.",
        "To unsubscribe from these messages, click here.",
        "You can change your email preferences at:\nhttps://ats.example/p",
        "© 2026 Northwind Inc.",
        "Diese E-Mail enthält vertrauliche Informationen und ist nur für den Adressaten bestimmt.",
        "Sitz der Gesellschaft: Berlin, Amtsgericht Charlottenburg HRB 1",
        "Ce message et ses pièces jointes sont confidentiels et destinés au seul destinataire.",
        "Este mensaje es confidencial y se dirige a su destinatario.",
        "Questo messaggio è riservato al destinatario.",
        "Esta mensagem é confidencial e destinada apenas ao destinatário.",
        "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.",
        "Ta wiadomość jest poufna.",
        "Detta meddelande är konfidentiellt.",
        "Это сообщение является конфиденциальным.",
        "本邮件内容保密，仅供收件人阅读。",
        "このメールには機密情報が含まれています。",
        "본 메일은 기밀 정보를 포함합니다.",
    ],
)
def test_a_footer_is_neither_fresh_nor_signature(footer: str) -> None:
    for text in (f"{LETTER}Best regards,\nRita Muster\n\n{footer}", f"{LETTER}{footer}"):
        fresh, signature = split(text)
        assert footer.split("\n", 1)[0] not in fresh + signature
        assert "another candidate" in fresh


@pytest.mark.parametrize(
    "text",
    [
        "You are receiving this message because you applied for Engineer. Unfortunately we chose somebody else.",
        "This message is to let you know that we have chosen somebody else.",
        "Thank you,\nSam, for applying. Unfortunately we chose somebody else, and we are sorry about that.",
        "Thanks\n\nUnfortunately we have chosen somebody else for the role you applied for, Sam.",
        "Best wishes for your search. We chose somebody else.",
        "--\nUnfortunately we chose somebody else.",
        "Thank you for coming in.\n\nThanks,\n\nWe went with someone else.",
        "Vielen Dank.\n\nViele Grüße\n\nWir haben uns anders entschieden.",
        "Thanks for coming in, Sam.\n\nThank you\n\nAfter a long talk with the team we chose\nsomebody whose years are nearer",
        "お世話になっております。\n\n以上\n\n今回は採用を見送らせていただくことになりました。",
        "안녕하세요.\n\n감사합니다\n\n아쉽게도 이번에는 함께하지 못하게 되었습니다.",
        "Regards",
    ],
)
def test_the_words_of_a_letter_are_never_lost(text: str) -> None:
    assert split(text) == (text, "")
