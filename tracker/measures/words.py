"""Values, targets and distances as people read them; it knows no page and no table."""

from __future__ import annotations

from datetime import date

from tracker.frameworks.rules import DatePrecision
from tracker.measures.rows import Distance, Reading, Series
from tracker.measures.rules import Counts, Direction, Judgement, Kind, Unit
from tracker.web.wording import day, month, n_of_d, thousands

ROUNDED = "rounded to the nearest 5"


def decimal(tenths: int) -> str:
    """A number of tenths with its decimal place, for files and scales.

    >>> decimal(669), decimal(12_340)
    ('66.9', '1234.0')
    """
    return f"{tenths // 10}.{tenths % 10}"


def plain_number(tenths: int) -> str:
    """The same for people: commas, and no ".0".

    >>> plain_number(670), plain_number(675), plain_number(12_340)
    ('67', '67.5', '1,234')
    """
    return thousands(tenths // 10) + (f".{tenths % 10}" if tenths % 10 else "")


def target_words(unit: Unit, tenths: int) -> str:
    """
    >>> target_words(Unit.SHARE, 670), target_words(Unit.PER_THOUSAND, 25), target_words(Unit.COUNT, 120)
    ('67%', '2.5 per 1,000', '12')
    """
    return f"{plain_number(tenths)}{_sign(unit)}"


def value_words(unit: Unit, tenths: int) -> str:
    """A value, always with its decimal place, so that a column of them reads well; a count has none.

    >>> value_words(Unit.SHARE, 670), value_words(Unit.COUNT, 120)
    ('67.0%', '12')
    """
    if unit is Unit.COUNT:
        return plain_number(tenths)
    return f"{thousands(tenths // 10)}.{tenths % 10}{_sign(unit)}"


def _sign(unit: Unit) -> str:
    if unit.is_percentage:
        return "%"
    return "" if unit is Unit.COUNT else f" per {thousands(unit.per)}"


def value_of(series: Series, reading: Reading) -> str:
    """What a reading is worth; "about" where its counts are rounded."""
    words = value_words(series.measure.kind.unit, series.value(reading))
    return f"about {words}" if reading.counts.is_rounded else words


def counts_words(counts: Counts) -> str:
    """Of which counts a value was worked out; a count stands for itself.

    >>> counts_words(Counts(5, 40, is_rounded=True)), counts_words(Counts(5, is_rounded=True)), counts_words(Counts(12))
    (' (5 of 40, rounded to the nearest 5)', ' (rounded to the nearest 5)', '')
    """
    said = [] if counts.denominator is None else [n_of_d(counts.numerator, counts.denominator)]
    said += [ROUNDED] if counts.is_rounded else []
    return f" ({', '.join(said)})" if said else ""


def points_words(unit: Unit, tenths: int) -> str:
    """A difference between two values, without its sign.

    >>> points_words(Unit.SHARE, -42), points_words(Unit.SHARE, 10), points_words(Unit.COUNT, -120)
    ('4.2 percentage points', '1 percentage point', '12')
    """
    size = abs(tenths)
    if unit.is_percentage:
        return f"{plain_number(size)} percentage point{'' if size == 10 else 's'}"
    return target_words(unit, size)


def distance_words(kind: Kind, distance: Distance, *, is_about: bool = False) -> str:
    """How far a value is from a target: said to have reached it only where it has.

    >>> share = Kind(Unit.SHARE, Direction.HIGHER)
    >>> distance_words(share, Distance(Judgement.NOT_REACHED, -42, 670))
    '4.2 percentage points below 67%'
    >>> distance_words(share, Distance(Judgement.REACHED, 0, 670))
    'Target reached: at 67%'
    >>> distance_words(share, Distance(Judgement.REACHED, 15, 670))
    'Target reached: 1.5 percentage points above 67%'
    >>> distance_words(Kind(Unit.SHARE, Direction.LOWER), Distance(Judgement.NOT_REACHED, 15, 50))
    '1.5 percentage points above 5%, where lower is better'
    >>> distance_words(share, Distance(Judgement.TOO_CLOSE, 3, 670))
    'Too close to 67% to tell, because the counts are rounded'
    """
    target = target_words(kind.unit, distance.target)
    if distance.judgement is Judgement.TOO_CLOSE:
        return f"Too close to {target} to tell, because the counts are rounded"
    if distance.gap == 0:
        return f"Target reached: at {target}"
    about = "about " if is_about else ""
    apart = f"{about}{points_words(kind.unit, distance.gap)} {'below' if distance.gap < 0 else 'above'} {target}"
    if distance.judgement is Judgement.REACHED:
        return f"Target reached: {apart}"
    apart = apart[:1].upper() + apart[1:]
    return f"{apart}, where lower is better" if kind.direction is Direction.LOWER else apart


def against(series: Series, target: int | None) -> str:
    """The latest reading beside a target; empty where there is not both."""
    distance = series.distance(series.latest, target)
    if distance is None or series.latest is None:
        return ""
    return distance_words(series.measure.kind, distance, is_about=series.latest.counts.is_rounded)


def by_words(due_on: date | None, precision: DatePrecision | None = DatePrecision.DAY) -> str:
    """
    >>> by_words(date(2021, 3, 31)), by_words(date(2021, 3, 31), DatePrecision.MONTH), by_words(None)
    (' by 31 March 2021', ' by March 2021', '')
    """
    if due_on is None:
        return ""
    return f" by {month(due_on) if precision is DatePrecision.MONTH else day(due_on)}"


def national_words(series: Series) -> str:
    """The national target in words; empty where there is none."""
    national = series.national
    if national is None:
        return ""
    words = f"{target_words(series.measure.kind.unit, national.tenths)}{by_words(national.due_on, national.precision)}"
    return f"{words} (provisional)" if national.confidence.value == "provisional" else words


def own_target_words(series: Series) -> str:
    """The organisation's own target in words; empty where there is none."""
    if series.aim is None or series.aim.target is None:
        return ""
    return f"{target_words(series.measure.kind.unit, series.aim.target)}{by_words(series.aim.target_on)}"


def eased_words(series: Series) -> str:
    """That the organisation's own target was made easier than it was, and when; empty where it was not."""
    before, kind = series.eased_from, series.measure.kind
    if before is None or before.tenths is None:
        return ""
    done = "raised" if kind.direction is Direction.LOWER else "lowered"
    return f"{done} from {target_words(kind.unit, before.tenths)} on {day(before.on)}"


def since_baseline_words(series: Series) -> str:
    """How far the latest reading is from where the organisation started; empty where that cannot be said."""
    start, latest = series.baseline, series.latest
    if start is None or latest is None or start == latest:
        return ""
    apart = series.value(latest) - series.value(start)
    if apart == 0:
        return "The same since"
    about = "About " if start.counts.is_rounded or latest.counts.is_rounded else ""
    return f"{about}{points_words(series.measure.kind.unit, apart)} {'higher' if apart > 0 else 'lower'} since"
