"""A sample is the same for everybody with the seed, whatever the order, and weighs risk as it says."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.assurance.sampling import POINTS, Candidate, Risk, draw, fingerprint

risks = st.frozensets(st.sampled_from(Risk))
candidates = st.lists(
    st.builds(Candidate, st.integers(0, 500).map("XN1/8ua-2020/{}".format), st.integers(1, 10**6), risks),
    unique_by=lambda each: each.name,
    max_size=40,
)
seeds = st.text(min_size=1, max_size=40)
few = settings(max_examples=40, deadline=None)


@few
@given(candidates, st.integers(0, 50), seeds, st.randoms(use_true_random=False))
def test_the_same_seed_draws_the_same_in_whatever_order_claims_are_listed(
    claims: list[Candidate], size: int, seed: str, random: object
) -> None:
    drawn = draw(claims, size, seed)
    shuffled = list(claims)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert draw(shuffled, size, seed) == drawn
    assert fingerprint(shuffled) == fingerprint(claims)


@few
@given(candidates, st.integers(0, 50), seeds)
def test_a_sample_has_as_many_as_were_asked_for_or_all_and_none_twice(
    claims: list[Candidate], size: int, seed: str
) -> None:
    drawn = draw(claims, size, seed)
    assert len(drawn) == min(size, len(claims))
    assert len({each.name for each in drawn}) == len(drawn)
    assert set(drawn) <= set(claims)


@few
@given(candidates, st.integers(0, 40), st.integers(0, 40), seeds)
def test_a_smaller_sample_is_the_beginning_of_a_larger_one(
    claims: list[Candidate], one: int, other: int, seed: str
) -> None:
    small, large = sorted((one, other))
    assert draw(claims, large, seed)[:small] == draw(claims, small, seed)


@few
@given(candidates.filter(bool), st.integers(1, 10), seeds)
def test_a_claim_less_lets_only_the_next_one_move_up(claims: list[Candidate], size: int, seed: str) -> None:
    whole = draw(claims, len(claims), seed)
    gone = whole[0]
    assert draw([each for each in claims if each != gone], size, seed) == whole[1 : size + 1]


@few
@given(candidates.filter(bool), seeds, st.sampled_from(Risk))
def test_a_claim_that_becomes_riskier_is_never_drawn_later(claims: list[Candidate], seed: str, risk: Risk) -> None:
    before = [each.name for each in draw(claims, len(claims), seed)]
    riskier = Candidate(claims[0].name, claims[0].entry_id, claims[0].risks | {risk})
    after = [each.name for each in draw([riskier, *claims[1:]], len(claims), seed)]
    assert after.index(riskier.name) <= before.index(riskier.name)


def test_over_many_seeds_a_claim_is_drawn_first_in_proportion_to_its_weight() -> None:
    plain, risky = Candidate("a", 1, frozenset()), Candidate("b", 2, frozenset({Risk.SENT_BACK}))
    first = Counter(draw([plain, risky], 1, f"seed {number}")[0].name for number in range(4000))
    assert POINTS[Risk.SENT_BACK] == 2
    assert 0.72 < first["b"] / 4000 < 0.78, "Weight 3 against weight 1 is three times of four."


def test_another_seed_draws_others() -> None:
    claims = [Candidate(f"XN{number}", number, frozenset()) for number in range(200)]
    assert draw(claims, 10, "a") != draw(claims, 10, "b")
