"""ETIQUETTE section 7, case by case."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from watcher.core.plan import Hours, Kind, Plan, Readiness, arrival, plan_request, plan_thanks, readiness

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = Hours(zone=BERLIN)
HOUR = timedelta(hours=1)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def local(instant: datetime) -> datetime:
    return instant.astimezone(BERLIN)


def plan(text: str, weekend: Literal["best", "defer"] = "best") -> Plan:
    return plan_request(berlin(text), "seed", Hours(zone=BERLIN, weekend=weekend))


def test_a_rejection_at_noon_is_answered_at_noon_the_next_day() -> None:
    due = plan("2026-11-17 12:00").due
    assert berlin("2026-11-18 12:00") <= due <= berlin("2026-11-18 12:30")


def test_a_rejection_in_the_evening_waits_for_the_morning_after_next() -> None:
    due = plan("2026-11-17 20:00").due
    assert berlin("2026-11-19 09:00") <= due <= berlin("2026-11-19 09:30")


def test_a_rejection_on_friday_morning_has_no_working_hour_and_gets_the_last_hour_of_sunday_by_day() -> None:
    made = plan("2026-11-20 10:00")
    assert berlin("2026-11-22 09:00") <= made.due <= berlin("2026-11-22 10:00")
    assert "Monday" in made.note


def test_a_rejection_on_saturday_night_is_planned_for_monday() -> None:
    made = plan("2026-11-21 23:00")
    assert local(made.due).strftime("%a %H") == "Mon 09"
    assert not made.note


def test_deferring_the_weekend_gives_the_next_working_morning_and_is_not_late() -> None:
    made = plan("2026-11-20 10:00", "defer")
    assert made.due == berlin("2026-11-23 09:30")
    assert made.due <= made.closes


def test_a_holiday_is_no_working_day() -> None:
    hours = Hours(zone=BERLIN, holidays={date(2026, 12, 25), date(2026, 12, 26)})
    made = plan_request(berlin("2026-12-24 10:00"), "s", hours)  # Thu; Fri 25 off; window ends Sat 10:00
    assert local(made.due).date() == date(2026, 12, 26)
    assert made.note == "best sent on Monday morning"


def test_the_spread_never_leaves_the_working_day() -> None:
    for number in range(50):
        due = plan_request(berlin("2026-11-17 16:55"), str(number), HOURS).due
        assert berlin("2026-11-18 16:55") <= due < berlin("2026-11-18 17:00")


def test_no_policy_makes_a_draft_appear_before_24_hours() -> None:
    made = plan_request(berlin("2026-11-17 12:00"), "s", HOURS, earliest=HOUR, latest=2 * HOUR)
    assert made.due >= berlin("2026-11-18 12:00")


def test_a_window_inside_one_night_is_kept_all_the_same() -> None:
    made = plan_request(berlin("2026-11-17 20:00"), "s", HOURS, earliest=24 * HOUR, latest=30 * HOUR)
    assert made.opens <= made.due <= made.closes


def test_summer_time_ends_and_the_window_is_still_absolute_hours() -> None:
    made = plan("2026-10-24 12:00")  # the night to the 25th has 25 hours
    assert made.opens == berlin("2026-10-25 11:00")
    assert made.closes == berlin("2026-10-26 11:00")
    assert local(made.due).strftime("%a %H") == "Mon 09"


def test_arrival_is_the_earlier_of_internal_date_and_topmost_received() -> None:
    server, hop, first_hop = berlin("2026-11-20 10:00"), berlin("2026-11-17 10:00"), berlin("2026-11-01 10:00")
    assert arrival(server, (hop, first_hop)) == hop
    assert arrival(hop, (server,)) == hop
    assert arrival(server) == server


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-18 11:59", Readiness.WAIT),
        ("2026-11-18 12:31", Readiness.READY),
        ("2026-11-18 22:00", Readiness.WAIT),  # the daemon was off: by day again
        ("2026-11-19 08:59", Readiness.WAIT),
        ("2026-11-19 09:00", Readiness.READY),
        ("2026-11-19 12:01", Readiness.LATE),
        ("2026-11-21 03:00", Readiness.LATE),
        ("2026-11-24 12:01", Readiness.EXPIRED),
    ],
)
def test_readiness_after_a_rejection_on_tuesday_noon(now: str, expected: Readiness) -> None:
    assert readiness(plan("2026-11-17 12:00"), berlin(now), HOURS) is expected


def test_in_the_last_night_of_the_window_a_draft_appears_rather_than_late() -> None:
    made = plan("2026-11-17 04:00")  # window ends Thursday 04:00
    assert readiness(made, berlin("2026-11-19 03:00"), HOURS) is Readiness.READY


def test_thanks_come_two_hours_after_an_answer_at_the_earliest() -> None:
    made = plan_thanks(Kind.THANKS_ANSWER, berlin("2026-11-17 10:00"), "s", HOURS)
    assert berlin("2026-11-17 12:00") <= made.due <= berlin("2026-11-17 12:30")
    assert made.closes == berlin("2026-11-18 10:00")


def test_thanks_for_an_answer_on_friday_evening_come_on_monday() -> None:
    made = plan_thanks(Kind.THANKS_ANSWER, berlin("2026-11-20 16:30"), "s", HOURS)
    assert local(made.due).strftime("%a %H") == "Mon 09"
    assert made.due <= made.closes


def test_thanks_for_an_answer_on_saturday_come_on_monday() -> None:
    made = plan_thanks(Kind.THANKS_ANSWER, berlin("2026-11-21 08:00"), "s", HOURS)
    assert local(made.due).strftime("%a %H") == "Mon 09"
    assert made.due <= made.closes


def test_silence_is_eight_working_days_after_sending() -> None:
    made = plan_thanks(Kind.THANKS_SILENCE, berlin("2026-11-18 12:00"), "s", HOURS)
    assert berlin("2026-11-30 12:00") <= made.due <= berlin("2026-11-30 12:30")


def test_holidays_do_not_count_as_silence() -> None:
    hours = Hours(zone=BERLIN, holidays={date(2026, 11, 30)})
    made = plan_thanks(Kind.THANKS_SILENCE, berlin("2026-11-18 12:00"), "s", hours)
    assert local(made.due).date() == date(2026, 12, 1)


def test_a_calendar_without_a_working_day_ends() -> None:
    class Always:
        def __contains__(self, day: object) -> bool:
            return True

    hours = Hours(zone=BERLIN, holidays=Always())
    made = plan_request(berlin("2026-11-17 12:00"), "s", hours)
    assert made.opens <= made.due <= made.closes
    assert plan_thanks(Kind.THANKS_SILENCE, berlin("2026-11-17 12:00"), "s", hours).due > berlin("2026-11-25 11:00")


def test_hours_that_end_before_they_start_in_the_clock_change_do_not_matter() -> None:
    hours = Hours(zone=BERLIN, days=frozenset(range(7)), start=time(2, 0), end=time(2, 30))
    made = plan_request(berlin("2026-03-28 02:10"), "s", hours)  # 02:00-03:00 on the 29th does not exist
    assert made.opens <= made.due <= made.closes
