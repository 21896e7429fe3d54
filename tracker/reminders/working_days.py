"""Which days people in England work: no weekends, no bank holidays. From the data that govuk-bank-holidays brings.

Nothing is fetched. A year that the data does not reach yet has weekends only, and a newer version of the package
brings it.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays

ONE_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """
    >>> [is_working_day(date(2020, 12, day)) for day in (24, 25, 26, 27, 28, 29)]  # the 28th stands for the 26th
    [True, False, False, False, False, True]
    """
    return day.weekday() < 5 and day not in _bank_holidays()


def last_day_off_after(day: date) -> date:
    """The last of the days off that follow a day; the day itself where the next is a working day.

    >>> last_day_off_after(date(2021, 4, 1)), last_day_off_after(date(2020, 9, 21))  # Good Friday to Easter Monday
    (datetime.date(2021, 4, 5), datetime.date(2020, 9, 21))
    """
    while not is_working_day(day + ONE_DAY):
        day += ONE_DAY
    return day


@lru_cache(maxsize=1)
def _bank_holidays() -> frozenset[date]:
    holidays = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return frozenset(holiday["date"] for holiday in holidays)
