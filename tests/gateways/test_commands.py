"""`gateway set|list|check` as scripts use them; the key is in no answer."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import providers
from tests.till import loyalty


def asked(url: str, *arguments: object) -> Any:
    done = loyalty(url, "gateway", *arguments, "--json")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return json.loads(done.stdout)["gateways"]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.txt"
    path.write_bytes(b"\xef\xbb\xbfthe-secret-key\r\n")
    return path


def test_a_gateway_is_set_listed_and_checked(database_url: str, key: Path) -> None:
    with providers.smsru() as server:
        server.senders = ["Leto"]
        (made,) = asked(database_url, "set", "smsru", "--key-file", key, "--url", server.url, "--price", "4,10")
        assert (made["channel"], made["gateway"], made["place"], made["has_key"]) == ("sms", "smsru", "main", True)
        checked = asked(database_url, "check")
        assert checked[0] == {
            "channel": "sms", "gateway": "smsru", "works": True, "trouble": "", "balance": 100000,
            "senders": ["Leto"],
        }  # fmt: skip
        listed = asked(database_url, "list")
        assert [(one["channel"], one["gateway"], one["place"]) for one in listed] == [
            ("sms", "smsru", "main"), ("email", "sandbox", "main"),
        ]  # fmt: skip
        assert (listed[0]["price"], listed[0]["balance"]) == (410, 100000)
        plain = loyalty(database_url, "gateway", "list")
        assert "SMS: SMS.ru — отправляет" in plain.stdout
        assert "баланс: 1\u00a0000\u00a0₽" in plain.stdout
        assert "the-secret-key" not in json.dumps(listed) + plain.stdout


def test_a_key_that_does_not_fit_is_said_and_kept_as_a_trouble(database_url: str, key: Path) -> None:
    with providers.smsru() as server:
        server.key = "another"
        asked(database_url, "set", "smsru", "--key-file", key, "--url", server.url)
        done = loyalty(database_url, "gateway", "check")
        assert (done.returncode, done.stderr) == (2, "SMS.ru: ключ api_id не подходит (код 200)\n")
        assert asked(database_url, "list")[0]["trouble"] == "SMS.ru: ключ api_id не подходит (код 200)"
        asked(database_url, "set", "smsc", "--key-file", key, "--url", "http://127.0.0.1:9", "--reserve")
        done = loyalty(database_url, "gateway", "check")
        both = "SMS.ru: ключ api_id не подходит (код 200). С 127.0.0.1 не соединиться\n"
        assert (done.returncode, done.stderr) == (2, both)
        asked(database_url, "set", "smsc", "--url", server.url)  # the main one instead
        asked(database_url, "set", "smsru")
        server.key = "the-secret-key"
        assert loyalty(database_url, "gateway", "check").returncode == 0
        assert asked(database_url, "list")[0]["trouble"] == ""


def test_the_sandbox_is_set_for_all_channels_unless_one_is_named(sqlite_url: str, key: Path) -> None:
    asked(sqlite_url, "set", "smsru", "--key-file", key)
    assert len(asked(sqlite_url, "set", "sandbox")) == 2
    assert [one["place"] for one in asked(sqlite_url, "list") if one["gateway"] == "smsru"] == ["aside"]
    assert len(asked(sqlite_url, "set", "sandbox", "--channel", "email", "--price", "0")) == 1
    assert loyalty(sqlite_url, "gateway", "check").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("set", "telegram"), "нет такого: 'telegram'"),
        (("set", "smsru"), "Ключ пуст. Для SMS.ru нужен api_id"),
        (("set", "smsru", "--key-file", "nowhere.txt"), "Нет такого файла: nowhere.txt"),
        (("set", "smsru", "--key-file", "."), "Файл «» не открывается"),
        (("set", "smsru", "--key-file", "{key}", "--sender", "Лето"), "Имя отправителя — до 11 латинских"),
        (("set", "smsru", "--key-file", "{key}", "--url", "a.ru"), "Адрес шлюза пишут так"),
        (("set", "smsru", "--key-file", "{key}", "--price", "дорого"), "цену пишут в рублях"),
        (("set", "smsru", "--key-file", "{key}", "--price", "1000"), "Цена одной SMS — от 0 до 100"),
        (("set", "smsru", "--key-file", "{key}", "--reserve"), "Сначала выберите основной шлюз"),
        (("set", "smsru", "--key-file", "{key}", "--channel", "email"), "SMS.ru не отправляет письма"),
        (("set", "smsaero", "--key-file", "{key}"), "Это не похоже на ключ. Для SMS Aero нужен"),
        (("set", "exolve", "--key-file", "{key}"), "Номер или имя отправителя для МТС Exolve"),
        ((), "Не хватает: ЧТО"),
    ],
)
def test_what_can_not_be_is_refused_by_a_sentence(
    sqlite_url: str, key: Path, arguments: tuple[str, ...], why: str
) -> None:
    done = loyalty(sqlite_url, "gateway", *(one.format(key=key) for one in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert why in done.stderr and done.stderr.count("\n") == 1
    assert "the-secret-key" not in done.stderr


@pytest.mark.parametrize("content", [b"", b"\x89PNG\x00\xff", b"x" * 10_001, b"a\nb\n"])
def test_a_file_that_is_no_key_is_refused(sqlite_url: str, key: Path, content: bytes) -> None:
    key.write_bytes(content)
    done = loyalty(sqlite_url, "gateway", "set", "smsru", "--key-file", key)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
