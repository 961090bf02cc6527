"""Phones as people and Excel write them (sms_basics.md §3)."""

import pytest

from loyalty.customers.phones import BadPhone, normalise_phone


@pytest.mark.parametrize(
    "written, phone",
    [
        ("89161234567", "+79161234567"),
        ("8(916)123-45-67", "+79161234567"),
        ("8.916.123.45.67", "+79161234567"),
        ("+7 (916) 123-45-67", "+79161234567"),
        ("7 916 123 45 67", "+79161234567"),
        ("9161234567", "+79161234567"),
        ("79161234567.0", "+79161234567"),
        ("8\u00a0916\u2011123\u201145\u201167", "+79161234567"),
        ("+89161234567", "+79161234567"),
        ("916 123 45 67 доб. 12", "+79161234567"),
        ("+7 916 123 45 67 (Маша)", "+79161234567"),
        ("89161234567, 89167654321", "+79161234567"),
        ("8495 123-45-67; 8916 1234567", "+79161234567"),
        ("8 495 123-45-67", "+74951234567"),
        ("87011234567", "+77011234567"),
        ("8 10 375 29 1234567", "+375291234567"),
    ],
)
def test_many_writings_are_one_phone(written: str, phone: str) -> None:
    assert normalise_phone(written) == phone


@pytest.mark.parametrize("written", ["1234567", "891612345678", "7999", "+7 999 999-99-99", "70000000000", "Маша"])
def test_what_is_no_phone_is_refused(written: str) -> None:
    with pytest.raises(BadPhone):
        normalise_phone(written)


@pytest.mark.parametrize("written", ["7.9161234567E+10", "7,9E+10", "7.9e10"])
def test_a_phone_rounded_by_excel_is_refused_with_the_way_out(written: str) -> None:
    with pytest.raises(BadPhone, match="Excel округлил"):
        normalise_phone(written)


@pytest.mark.parametrize("written", ["", " ", "-", "—"])
def test_an_empty_phone_is_none(written: str) -> None:
    assert normalise_phone(written) is None
