"""For any zone, instant, calendar and seed: inside the window, repeatable, aware UTC, a working hour if there is one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from watcher.core.plan import Hours, Kind, Readiness, plan_request, plan_thanks, readiness

ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "Europe/Berlin",
            "America/New_York",
            "Asia/Kolkata",
            "Australia/Lord_Howe",  # half an hour of summer time
            "Pacific/Apia",
            "America/St_Johns",
            "Africa/Casablanca",
            "UTC",
            "Pacific/Kiritimati",
        )
    ]
)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
DAYS_OFF = st.frozensets(st.dates(date(2024, 1, 1), date(2028, 12, 31)), max_size=4)


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    start = draw(st.integers(0, 22))
    end = draw(st.integers(start + 1, 23))
    return Hours(
        zone=draw(ZONES),
        days=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        start=time(start),
        end=time(end),
        holidays=draw(DAYS_OFF),
        weekend=draw(st.sampled_from(["best", "defer"])),
    )


def works_at(instant: datetime, calendar: Hours) -> bool:
    local = instant.astimezone(calendar.zone)
    return calendar.is_working(local.date()) and calendar.start <= local.time() < calendar.end


@given(INSTANTS, hours(), st.text(max_size=8))
def test_a_request_is_due_in_its_window_and_repeatable(arrived: datetime, calendar: Hours, seed: str) -> None:
    plan = plan_request(arrived, seed, calendar)
    assert plan == plan_request(arrived.astimezone(calendar.zone), seed, calendar)
    assert plan.due.tzinfo is UTC
    assert plan.opens == arrived + timedelta(hours=24)
    assert plan.opens <= plan.due <= plan.closes <= plan.gives_up
    if calendar.weekend == "best":
        assert plan.due <= arrived + timedelta(hours=48)


@given(INSTANTS, hours())
def test_a_working_hour_is_taken_when_the_window_has_one(arrived: datetime, calendar: Hours) -> None:
    plan = plan_request(arrived, "seed", calendar)
    quarters = (arrived + timedelta(hours=24, minutes=15 * n) for n in range(97))
    if any(works_at(instant, calendar) for instant in quarters):
        local = plan.due.astimezone(calendar.zone)
        # The half hour lost or doubled by a clock change is nobody's working hour.
        assert works_at(plan.due, calendar) or local.utcoffset() != (local - timedelta(days=1)).utcoffset()


@given(INSTANTS, hours(), st.timedeltas(timedelta(), timedelta(days=9)))
def test_no_draft_before_its_window_and_none_after_it_that_is_not_late(
    arrived: datetime, calendar: Hours, later: timedelta
) -> None:
    plan = plan_request(arrived, "seed", calendar)
    now = arrived + later
    match readiness(plan, now, calendar):
        case Readiness.READY:
            assert arrived + timedelta(hours=24) <= now <= plan.closes
        case Readiness.LATE:
            assert plan.closes < now <= plan.gives_up
        case Readiness.EXPIRED:
            assert now > arrived + timedelta(days=7)
        case Readiness.WAIT:
            assert now <= plan.closes


@given(INSTANTS, hours())
def test_every_request_becomes_ready_in_its_window(arrived: datetime, calendar: Hours) -> None:
    plan = plan_request(arrived, "seed", calendar)
    assert readiness(plan, plan.due, calendar) is Readiness.READY
    assert readiness(plan, plan.closes, calendar) is Readiness.READY


@given(INSTANTS, hours(), st.sampled_from([Kind.THANKS_ANSWER, Kind.THANKS_SILENCE]))
def test_thanks_are_due_in_their_window(since: datetime, calendar: Hours, kind: Kind) -> None:
    assert kind is not Kind.REQUEST
    plan = plan_thanks(kind, since, "seed", calendar)
    assert plan.opens <= plan.due <= plan.closes < plan.gives_up
    assert plan.opens >= since + timedelta(hours=2)
