"""What a sample of claims says, on its page and in its file: what was drawn, from what, and how heavily it weighed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tracker.assurance.rows import DrawnClaim, Sample
from tracker.assurance.sampling import POINTS, draw
from tracker.web.downloads import Cell
from tracker.web.wording import NOT_PROVIDED, day_and_time, n_of_d, plural

CSV_HEADINGS = (
    "seed",
    "place",
    "ods_code",
    "organisation",
    "framework",
    "ask_ref",
    "ask",
    "weight",
    "risks",
    "waits_still",
)
RULES = tuple((risk.label, f"plus {points}") for risk, points in POINTS.items())
"""What adds how much to a weight."""


@dataclass(frozen=True, slots=True)
class SamplePage:
    """One sample."""

    summary: tuple[dict[str, str], ...]
    drawn: tuple[DrawnClaim, ...]
    weights: tuple[tuple[int, int, int], ...]
    """A weight, how many claims had it, and how many of them were drawn; the heaviest first."""


def sample_page(sample: Sample) -> SamplePage:
    """Put the page together. The draw is made again from what is stored, and the page says whether it is the same."""
    again = [each.name for each in draw(sample.candidates, sample.size, sample.seed)]
    is_same = again == [each.name for each in sample.drawn]
    drawn_at = Counter(each.weight for each in sample.drawn)
    return SamplePage(
        summary=(
            {"key": "Seed", "value": sample.seed},
            {"key": "Drawn", "value": n_of_d(len(sample.drawn), len(sample.candidates)) + " claims that waited"},
            {"key": "When", "value": day_and_time(sample.recorded_at)},
            {"key": "By", "value": sample.person_name or NOT_PROVIDED},
            {"key": "Drawn from (SHA-256)", "value": sample.sha256},
            {
                "key": "Drawn again now",
                "value": "The same claims" if is_same else "Other claims: tell your administrator",
            },
        ),
        drawn=sample.drawn,
        weights=tuple(
            (weight, number, drawn_at[weight])
            for weight, number in sorted(Counter(each.weight for each in sample.candidates).items(), reverse=True)
        ),
    )


def why(drawn: DrawnClaim) -> str:
    """What was risky about a claim, in words."""
    return "; ".join(risk.label for risk in drawn.risks) or "Nothing of note"


def csv_cells(sample: Sample, drawn: DrawnClaim) -> tuple[Cell, ...]:
    """A drawn claim as the file holds it, under CSV_HEADINGS."""
    ask = drawn.ask
    return (
        sample.seed,
        drawn.place,
        drawn.code,
        drawn.organisation,
        ask.framework_code if ask else None,
        ask.ref if ask else None,
        ask.wording if ask else None,
        drawn.weight,
        why(drawn),
        "yes" if drawn.waits else "no",
    )


def sample_words(size: int, population: int) -> str:
    """How much was drawn, for the list of samples."""
    return f"{size} of {plural(population, 'claim')}"
