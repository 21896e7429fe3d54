"""The settings of single sign-on: all or nothing, encrypted in production, and faults told in sentences."""

from __future__ import annotations

import pytest

from tracker.config import Settings, SettingsError

PROVIDER = {
    "OIDC_ISSUER": "https://id.example.nhs.uk/",
    "OIDC_CLIENT_ID": "tracker",
    "OIDC_CLIENT_SECRET": "kingfisher",
}
PRODUCTION = {
    "TRACKER_ENV": "production",
    "DATABASE_URL": "postgresql://tracker@db.example/tracker?sslmode=verify-full",
    "SECRET_KEY": "Zq3vB8xk1LrT0ypW5uJmE9dHsG4cNfA7",
    "TRACKER_BASE_URL": "https://tracker.example.nhs.uk",
    "TRUSTED_HOSTS": "tracker.example.nhs.uk",
    "MAIL": "smtps://relay.example:465",
    "MAIL_FROM": "Tracker <tracker@example.nhs.uk>",
}
TOGETHER = "- OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: set all three, or none."


def faults(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(environ)
    return str(caught.value).splitlines()[1:]


def test_without_a_provider_there_is_none() -> None:
    assert not Settings.from_environment({}).has_single_sign_on


def test_all_three_name_a_provider_and_the_rest_has_defaults() -> None:
    settings = Settings.from_environment(PROVIDER)
    assert settings.has_single_sign_on
    assert settings.oidc_issuer == "https://id.example.nhs.uk"
    assert settings.oidc_domains == ("nhs.net", "nhs.uk")
    assert settings.oidc_claims == {"subject": "sub", "email": "email", "name": "name"}
    assert settings.oidc_name == "single sign-on"


@pytest.mark.parametrize(
    "given",
    [
        ("OIDC_ISSUER",),
        ("OIDC_CLIENT_ID",),
        ("OIDC_CLIENT_SECRET",),
        ("OIDC_ISSUER", "OIDC_CLIENT_ID"),
        ("OIDC_ISSUER", "OIDC_CLIENT_SECRET"),
        ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"),
    ],
)
def test_some_of_the_three_are_a_fault_that_does_not_repeat_the_secret(given: tuple[str, ...]) -> None:
    assert faults({name: PROVIDER[name] for name in given}) == [TOGETHER]


@pytest.mark.parametrize("issuer", ["id.example.nhs.uk", "https://", "ftp://id.example.nhs.uk"])
def test_an_issuer_that_is_no_address_is_a_fault(issuer: str) -> None:
    (fault,) = faults({**PROVIDER, "OIDC_ISSUER": issuer})
    assert "write the address of the provider, such as https://id.example.nhs.uk" in fault


def test_an_issuer_without_tls_is_a_fault_in_production_only() -> None:
    plain = {**PROVIDER, "OIDC_ISSUER": "http://127.0.0.1:9400"}
    assert Settings.from_environment(plain).oidc_issuer == "http://127.0.0.1:9400"
    assert faults({**PRODUCTION, **plain}) == ["- OIDC_ISSUER must start with https:// in production."]
    assert Settings.from_environment({**PRODUCTION, **PROVIDER}).has_single_sign_on


def test_domains_are_listed_with_commas_and_lose_their_capitals() -> None:
    settings = Settings.from_environment({**PROVIDER, "OIDC_DOMAINS": "NHS.net, example.nhs.uk"})
    assert settings.oidc_domains == ("nhs.net", "example.nhs.uk")


def test_claims_may_have_other_names_at_a_provider() -> None:
    settings = Settings.from_environment({**PROVIDER, "OIDC_CLAIMS": "subject=oid, email=preferred_username"})
    assert settings.oidc_claims == {"subject": "oid", "email": "preferred_username", "name": "name"}


@pytest.mark.parametrize("pair", ["role=groups", "subject", "subject=", "=oid"])
def test_a_claim_that_is_not_ours_is_a_fault(pair: str) -> None:
    (fault,) = faults({**PROVIDER, "OIDC_CLAIMS": pair})
    assert fault.startswith(f'- OIDC_CLAIMS holds "{pair}": write pairs such as subject=oid')


@pytest.mark.parametrize("claim", ["email", "preferred_username", "upn"])
def test_an_address_is_never_taken_for_who_somebody_is(claim: str) -> None:
    (fault,) = faults({**PROVIDER, "OIDC_CLAIMS": f"subject={claim}"})
    assert fault.startswith("- OIDC_CLAIMS takes an address for the subject:")
