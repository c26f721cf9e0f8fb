"""The traps that other classifiers fell into, each by its name."""

from functools import cache

import pytest

from watcher.adapters.rulebook import load_rulebook
from watcher.core.message import Address, Message
from watcher.core.rules import Rulebook
from watcher.core.verdict import Certainty, Memory, Outcome, Verdict, judge
from watcher.core.verdict.normalise import normalise


@cache
def rulebook() -> Rulebook:
    return load_rulebook()


def verdict_of(body: str, subject: str = "", sender: str = "", fields: tuple[tuple[str, bytes], ...] = ()) -> Verdict:
    from_ = (Address("", sender),) if sender else ()
    return judge(Message(subject=subject, from_=from_, text=body, fields=fields), rulebook())


NO = "Thank you for applying for the Analyst role. Unfortunately, we will not be moving forward with your application."


@pytest.mark.parametrize("mark", ["'", "’", "‘", "ʼ", "´", "`", "\ufffd", "?", "&#39;", "&rsquo;"])
def test_a_curly_apostrophe_hides_no_refusal(mark: str) -> None:
    body = f"Hi Sam, thanks for applying for the Analyst role. We won{mark}t be moving forward with your application."
    assert verdict_of(body).is_sure_no


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\u2060", "\ufeff"])
def test_invisible_characters_inside_words_hide_no_refusal(hidden: str) -> None:
    assert verdict_of(NO.replace("moving", f"mov{hidden}ing").replace("application", f"appli{hidden}cation")).is_sure_no


def test_an_acknowledgement_phrase_vetoes_no_refusal() -> None:
    body = "Thank you for applying to Contoso. We have received many applications and have chosen other candidates."
    assert verdict_of(body, "Thank you for applying to Contoso").is_sure_no


def test_a_subject_alone_decides_nothing() -> None:
    found = verdict_of("Hi Sam, please see our careers page for the position.", "Application unsuccessful")
    assert not found.is_sure_no


def test_a_strong_subject_from_an_application_system_asks_the_user() -> None:
    found = verdict_of("Hi Sam, please log in.", "Your application was unsuccessful", "no-reply@us.greenhouse-mail.io")
    if any("greenhouse-mail.io" in domain for ats in rulebook().ats for domain in ats.domains):
        assert (found.outcome, found.certainty) == (Outcome.REJECTION, Certainty.UNSURE)
    else:
        assert not found.is_sure_no


def test_list_unsubscribe_hides_no_refusal_about_this_user() -> None:
    body = NO + " We wish you the best of luck in your job search."
    assert verdict_of(body, fields=(("list-unsubscribe", b"<mailto:x@y.example>"),)).is_sure_no


def test_bulk_mail_that_quotes_a_refusal_is_none() -> None:
    body = "This week: how to handle it when “we have decided to move forward with other candidates” lands. Read more!"
    assert not verdict_of(body, "Your weekly digest", fields=(("list-unsubscribe", b"<x>"),)).outcome.is_no


def test_a_discussion_list_refuses_nobody() -> None:
    assert not verdict_of(NO, fields=(("list-post", b"<mailto:l@x.example>"),)).outcome.is_no


@pytest.mark.parametrize("sender", ["noreply@employer.example", "do-not-reply@myworkday.com", ""])
def test_a_noreply_sender_changes_nothing(sender: str) -> None:
    assert verdict_of(NO, sender=sender).is_sure_no


def test_unable_to_offer_you_the_position_is_no_offer() -> None:
    found = verdict_of("Dear Sam, we regret that we are unable to offer you the position of Clerk at this time.")
    assert found.outcome is Outcome.REJECTION


def test_an_offer_that_refuses_a_higher_salary_is_no_refusal() -> None:
    body = "Congratulations! We are delighted to offer you the position. We are unable to offer you a higher salary."
    assert not verdict_of(body).outcome.is_no


def test_unfortunately_alone_is_no_refusal() -> None:
    body = "Hi Sam, unfortunately we need to reschedule your interview for the Analyst position. Would Monday work?"
    assert verdict_of(body).outcome is Outcome.INTERVIEW


def test_a_silence_clause_is_an_acknowledgement() -> None:
    body = (
        "We have received your application. If you do not hear from us within three weeks, your application has not"
        " been successful."
    )
    assert verdict_of(body).outcome is Outcome.ACKNOWLEDGEMENT


def test_a_survey_about_your_application_is_no_refusal() -> None:
    body = "Share some feedback while we review your application for the Analyst role."
    assert not verdict_of(body).outcome.is_no


def test_own_mail_is_never_judged() -> None:
    message = Message(from_=(Address("Me", "Me@home.example"),), text=NO)
    assert judge(message, rulebook(), Memory(own_addresses=frozenset({"me@home.example"}))).outcome is Outcome.OTHER


def test_own_words_of_a_candidate_are_no_refusal() -> None:
    body = "Thank you for offering me the position. After careful consideration I have decided not to accept the offer."
    assert not verdict_of(body, "Re: job offer").outcome.is_no


def test_a_forwarded_refusal_asks_the_user() -> None:
    assert verdict_of(NO, "Fwd: your application").certainty is Certainty.UNSURE


def test_linkedin_says_so_in_a_header_field() -> None:
    found = verdict_of(
        "Your update from Contoso.", fields=(("x-linkedin-template", b"email_jobs_application_rejected_v2"),)
    )
    assert found.is_sure_no
    assert found.evidence[0].signal == "header.linkedin_template"


@pytest.mark.parametrize(
    "body",
    [
        "Your loan application was declined. We regret that we are unable to offer you credit at this time.",
        "Unfortunately the landlord has chosen another applicant for the apartment.",
        "We regret to inform you that your visa application has been refused by the consulate.",
        "We regret to inform you that the admissions committee cannot offer you a place in the PhD program.",
        "We regret to inform you that your manuscript was not selected for publication after peer review.",
        "We regret that your grant application was not selected for funding by the research council.",
        "Our underwriters have declined your insurance application. We are sorry to disappoint you.",
    ],
)
def test_other_kinds_of_application_are_not_ours(body: str) -> None:
    assert not verdict_of(body, "Your application").is_sure_no


def test_evidence_marks_the_words_as_they_stand_in_the_mail() -> None:
    body = "Hello Zoë —\n\nThanks for applying.  Sadly, we’ve decided to\nmove forward with other candidates, naïve as it is."
    found = verdict_of(body)
    marks = [item for item in found.evidence if item.start >= 0]
    assert marks
    assert all(body[item.start : item.end] == item.quote for item in marks)
    assert any("move forward with other" in item.quote for item in marks)


def test_stage_manners_and_flags_are_read() -> None:
    body = (
        "Thank you for taking the time to interview with us. We have decided to move forward with another candidate."
        " We are unable to provide individual feedback. Please do not reply to this email."
    )
    found = verdict_of(body)
    assert found.stage.value == "interviewed"
    assert found.feedback == "refused"
    assert found.unmonitored


def test_an_unreadable_message_is_other() -> None:
    assert judge(Message(error="broken"), rulebook()).outcome is Outcome.OTHER


def test_a_refusal_somewhere_in_a_long_text_asks_the_user() -> None:
    long = "The market for analysts moved again this month, and firms moved with it. " * 60
    assert verdict_of(NO).is_sure_no
    assert verdict_of(long + "\n\n" + NO).certainty is Certainty.UNSURE


def test_a_sender_who_speaks_of_hiring_is_as_good_as_a_word_of_a_job() -> None:
    rules_alone = rulebook().model_copy(update={"model": None, "fingerprint": ""})
    bare = "Hi Omar, we decided that we're going to proceed with a candidate who has run a branch before."

    def from_(sender: str) -> Verdict:
        return judge(Message(from_=(Address("", sender),), text=bare), rules_alone)

    assert from_("pat@contoso.example").certainty is Certainty.UNSURE
    assert from_("careers@contoso.example").is_sure_no
    assert from_("acme-recruiting@mail.example").is_sure_no
    assert from_("jobson@contoso.example").certainty is Certainty.UNSURE


def test_without_a_word_of_a_job_no_refusal_is_sure() -> None:
    club = "Thank you for applying. Unfortunately you were not selected on this occasion. Please do apply again."
    assert not verdict_of(club).is_sure_no


def test_an_offer_before_a_refusal_in_its_sentence_stands() -> None:
    body = (
        "Dear Sam, we are pleased to offer you the position of Analyst, but unfortunately we cannot offer you more pay."
    )
    assert verdict_of(body).outcome is Outcome.OFFER


def test_a_condition_in_danish_is_no_sure_refusal_in_norwegian() -> None:
    body = (
        "Kære Sam, tak for din ansøgning til stillingen. Ansøgere, som ikke går videre, får besked i uge 34."
        " Hvis du ikke går videre, hører du fra os. Med venlig hilsen, Rekruttering"
    )
    assert not verdict_of(body).is_sure_no


def test_a_finnish_reply_was_not_forwarded() -> None:
    body = (
        "Hei, kiitos hakemuksestasi ja mielenkiinnostasi. Valitettavasti olemme valinneet tehtävään toisen hakijan."
        " Toivotamme sinulle onnea työnhakuun."
    )
    assert verdict_of(body, "Vs: Työhakemus").is_sure_no


def test_a_quotation_of_several_sentences_is_quoted_throughout() -> None:
    told = "Dear reader, “thank you for your application. We have decided to proceed with other candidates.” So went the job hunt."
    assert not verdict_of(told).is_sure_no
    own = (
        "Dear Sam, thank you for applying for the “Analyst” position. We have decided to proceed with other candidates."
    )
    assert verdict_of(own).is_sure_no


def test_a_no_of_last_year_that_a_recruiter_recalls_is_none() -> None:
    recalled = (
        "Hi Sam, last year we were not able to offer you the position. I have a new role now, are you interested?"
    )
    assert not verdict_of(recalled).outcome.is_no


def test_a_post_that_is_filled_beside_an_invitation_for_another_is_not_sure() -> None:
    text = "Hi Sam, the position in Leeds has been filled, but we would like to invite you to an interview for York."
    assert not verdict_of(text).is_sure_no
    no = "Hi Sam, we cannot invite you to an interview since the position in Leeds has been filled."
    assert verdict_of(no).is_sure_no


def test_the_confirmation_of_a_withdrawal_is_no_sure_no() -> None:
    text = "Hi Sam, as you asked we have withdrawn your application. You will no longer be considered for the position."
    assert not verdict_of(text).is_sure_no


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("لم يُقبل طلبُكَ", "لم يقبل طلبك"),
        ("همخواني", "همخوانی"),
        ("שָׁלוֹם", "שלום"),
        ("أُغلقت", "اغلقت"),
        ("كتـــاب", "كتاب"),
    ],
)
def test_points_and_keyboards_of_arabic_persian_and_hebrew_make_no_difference(written: str, plain: str) -> None:
    assert normalise(written) == normalise(plain)


def test_a_no_that_likely_words_and_courtesies_make_shows_all_of_them() -> None:
    found = verdict_of(
        "Hi Sam, thank you for meeting the team last week for the Data Analyst position. It was a close call, and the"
        " panel has leaned towards somebody who has worked with our stack before. I am sorry not to have better news."
        " Best wishes, Dana"
    )
    assert found.outcome.is_no
    assert {"rejection"} <= {item.category for item in found.evidence if item.quote}
