"""What can be asked on the command line, in Russian."""

import argparse
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from loyalty.cli import campaigns, commands, consents, gateways, segments, sending, setting, triggers
from loyalty.cli.telling import UNUSABLE
from loyalty.demo.load import CUSTOMERS
from loyalty.export import KINDS_OF_EXPORT
from loyalty.sms.answers import kopecks
from loyalty.sms.catalogue import GATEWAYS
from loyalty.wording import sentence

DEMO_FAILED = 1  # 2 is «the database is not empty», for start.py


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command with its options; `run`, `migrates`, and `failed`, the exit code where it can't be done."""
    return _parser().parse_args(arguments)


@cache
def _parser() -> argparse.ArgumentParser:
    """All commands; whoever runs many in one process makes it once."""
    parser = _Parser(prog="python -m loyalty", description="Команды программы лояльности")
    offered = parser.add_subparsers(title="команды", metavar="КОМАНДА", required=True, parser_class=_Parser)

    def command(name: str, words: str, run: Callable[..., int], **defaults: Any) -> argparse.ArgumentParser:
        made = offered.add_parser(name, help=words, description=sentence(words))
        made.set_defaults(run=run, **{"migrates": True, "failed": UNUSABLE, **defaults})
        return made

    taken = command("import", "загрузить файлы из 1С", commands.import_files)
    taken.add_argument("files", nargs="+", type=Path, metavar="ФАЙЛ", help="CSV, TXT, XLSX, XLSB, XLS или ODS")
    taken.add_argument(
        "--kind", choices=("auto", "customers", "sales"), default="auto", help="что в файле (обычно видно само)"
    )
    taken.add_argument("--mapping", type=Path, metavar="ФАЙЛ", help="ответы о файле: что в каких колонках (JSON)")
    _json(taken)
    night = command("night", "ночная работа за день и за все пропущенные до него", commands.night_run)
    night.add_argument("--day", type=_day, metavar="ДЕНЬ", help="день вида 2026-03-14 (обычно сегодня)")
    _json(night)
    export = command("export", "выгрузить данные в файл", commands.export_file)
    export.add_argument("what", choices=tuple(KINDS_OF_EXPORT), metavar="ЧТО", help=", ".join(KINDS_OF_EXPORT))
    export.add_argument("file", type=Path, metavar="ФАЙЛ", help="имя с окончанием .xlsx, .csv или .jsonl")
    export.add_argument("--as-of", type=_day, metavar="ДЕНЬ", help="по состоянию на конец дня вида 2026-03-14")
    export.add_argument("--segment", metavar="СЕГМЕНТ", help="только из этого сегмента (customers и segments)")
    _segments(command("segment", "сегменты: вопросы о клиентах и кто на них отвечает", segments.show))
    _campaigns(command("campaign", "рассылки: сообщения клиентам магазина", campaigns.show_all))
    _gateways(command("gateway", "шлюзы: через кого уходят сообщения", gateways.show))
    send = command("send", "отправить сообщения, которым пора", sending.send)
    send.add_argument("--once", action="store_true", help="пока есть что отправлять, а не до остановки")
    _triggers(command("trigger", "триггеры: сообщения по событиям", triggers.show))
    rehearsed = command(
        "rehearse", "репетиция: кто что получил бы и почему; ничего не отправляет", triggers.rehearse
    )
    rehearsed.add_argument("--day", type=_day, metavar="ДЕНЬ", help="день вида 2026-03-14 (обычно сегодня)")
    rehearsed.add_argument("--trigger", metavar="ТРИГГЕР", help="только этот, хотя бы и выключенный")
    _json(rehearsed)
    refused = command("optout", "больше не присылать рекламу на номер", consents.opt_out)
    refused.add_argument("phone", metavar="ТЕЛЕФОН", help="номер вида +79161234567")
    agreed = command("consents", "согласия клиентов", consents.import_consents)
    agreed.add_argument("what", choices=("import",), metavar="import", help="загрузить согласия и отказы из файла")
    agreed.add_argument(
        "file", type=Path, metavar="ФАЙЛ",
        help="колонки: Код клиента; Телефон; Согласие (Да/Нет); Текст; Когда; Где; Подтверждение",
    )  # fmt: skip
    _json(agreed)
    _settings(command("setting", "настройки магазина", setting.show))
    _json(command("check", "сверить бонусы каждого клиента с его покупками", commands.check))
    demo = command("demo", "заполнить пустую базу демо-магазином", commands.demo, failed=DEMO_FAILED)
    demo.add_argument(
        "--customers", type=_count, default=CUSTOMERS, metavar="N", help=f"сколько клиентов ({CUSTOMERS})"
    )
    demo.add_argument("--seed", type=int, default=1, metavar="S", help="другое число — другой магазин (1)")
    backup = command("backup", "сделать резервную копию", commands.back_up)
    backup.add_argument("folder", nargs="?", type=Path, metavar="ПАПКА", help="куда (обычно рядом с базой)")
    restore = command("restore", "вернуть базу из резервной копии", commands.restore, migrates=False)
    restore.add_argument("file", type=Path, metavar="ФАЙЛ", help="резервная копия")
    command("migrate", "подготовить базу данных или обновить её до этой версии", commands.migrate)
    return parser


def _deeds(parser: argparse.ArgumentParser) -> Callable[[str, str, Callable[..., int]], argparse.ArgumentParser]:
    """What makes a command of a command: `segment add`."""
    offered = parser.add_subparsers(title="что сделать", metavar="ЧТО", required=True, parser_class=_Parser)

    def command(name: str, words: str, run: Callable[..., int]) -> argparse.ArgumentParser:
        made = offered.add_parser(name, help=words, description=sentence(words))
        made.set_defaults(run=run)
        _json(made)
        return made

    return command


def _segments(parser: argparse.ArgumentParser) -> None:
    """What is done with segments, a word each."""
    command = _deeds(parser)
    for name, words, run in (
        ("add", "добавить сегмент из файла JSON", segments.add),
        ("count", "сколько клиентов отвечают на вопрос из файла; ничего не сохраняет", segments.count),
    ):
        command(name, words, run).add_argument("file", type=Path, metavar="ФАЙЛ", help="сегмент в JSON")
    command("list", "все сегменты", segments.show)
    members = command("members", "кто в сегменте", segments.members)
    members.add_argument("name", metavar="СЕГМЕНТ", help="название")
    members.add_argument("--on", type=_day, metavar="ДЕНЬ", help="кто был в нём к началу дня вида 2026-03-14")
    command("refresh", "обновить все сегменты сейчас", segments.refresh)
    command("criteria", "о чём можно спросить", segments.criteria)


def _campaigns(parser: argparse.ArgumentParser) -> None:
    """What is done with campaigns, a word each."""
    command = _deeds(parser)
    added = command("add", "добавить рассылку из файла JSON", campaigns.add)
    added.add_argument("file", type=Path, metavar="ФАЙЛ", help="рассылка в JSON")
    added.add_argument("--start", action="store_true", help="сразу запустить или запланировать на её время")
    command("list", "все рассылки", campaigns.show_all)
    for name, words, run in (
        ("show", "рассылка и её сообщения по состояниям", campaigns.show),
        ("pause", "приостановить", campaigns.pause),
        ("resume", "продолжить с того же места", campaigns.resume),
        ("stop", "остановить: кто ещё не получил, не получит", campaigns.stop),
    ):
        command(name, words, run).add_argument("name", metavar="РАССЫЛКА", help="название")


def _gateways(parser: argparse.ArgumentParser) -> None:
    """What is done with gateways, a word each."""
    command = _deeds(parser)
    put = command("set", "выбрать шлюз; что не названо, останется как было", gateways.put)
    put.add_argument("kind", choices=tuple(GATEWAYS), metavar="ШЛЮЗ", help=", ".join(GATEWAYS))
    put.add_argument("--key-file", type=Path, metavar="ФАЙЛ", help="файл с ключом: одна строка")
    put.add_argument("--sender", metavar="ИМЯ", help="имя отправителя; для почты адрес")
    put.add_argument("--url", metavar="АДРЕС", help="другой адрес шлюза; для почты её сервер")
    put.add_argument("--price", type=_kopecks, metavar="РУБЛИ", help="цена одной SMS: 3,20")
    put.add_argument("--reserve", action="store_true", help="запасной: если основной не принял")
    put.add_argument("--channel", choices=("sms", "email"), metavar="КАНАЛ", help="sms или email")
    command("list", "все шлюзы", gateways.show)
    command("check", "проверить ключи шлюзов", gateways.check)


def _triggers(parser: argparse.ArgumentParser) -> None:
    """What is done with triggers, a word each."""
    command = _deeds(parser)
    added = command("add", "добавить триггер из файла JSON; он выключен", triggers.add)
    added.add_argument("file", type=Path, metavar="ФАЙЛ", help="триггер в JSON")
    command("list", "все триггеры", triggers.show)
    for name, words, run in (("on", "включить", triggers.on), ("off", "выключить", triggers.off)):
        command(name, words, run).add_argument("name", metavar="ТРИГГЕР", help="название")


def _settings(parser: argparse.ArgumentParser) -> None:
    """What the shop has set."""
    offered = parser.add_subparsers(title="что сделать", metavar="ЧТО", required=True, parser_class=_Parser)
    listed = offered.add_parser("list", help="все настройки")
    listed.set_defaults(run=setting.show)
    changed = offered.add_parser("set", help="изменить настройку")
    changed.set_defaults(run=setting.put)
    changed.add_argument("name", metavar="НАСТРОЙКА", help="имя, как в setting list")
    changed.add_argument("value", metavar="ЗНАЧЕНИЕ", help="новое значение")
    for made in (listed, changed):
        _json(made)


class _Parser(argparse.ArgumentParser):
    """argparse that speaks Russian; a mistake is one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False, formatter_class=_Help, allow_abbrev=False)
        self._positionals.title, self._optionals.title = "что указать", "дополнительно"
        self.add_argument("-h", "--help", action="help", help="показать эту подсказку")

    def error(self, message: str) -> NoReturn:
        for english, russian in _RUSSIAN.items():
            message = message.replace(english, russian)
        self.exit(UNUSABLE, f"{sentence(message)}. Подсказка: {self.prog} --help\n")


class _Help(argparse.HelpFormatter):
    def _format_usage(self, usage: Any, actions: Any, groups: Any, prefix: Any) -> str:
        return super()._format_usage(usage, actions, groups, "Как вызвать: " if prefix is None else prefix)


_RUSSIAN = {
    "the following arguments are required: ": "не хватает: ",
    "unrecognized arguments: ": "непонятно: ",
    "expected one argument": "нужно значение",
    "expected at least one argument": "нужно хотя бы одно значение",
    "argument ": "",
    "invalid choice: ": "нет такого: ",
    "choose from": "можно",
    "invalid int value: ": "нужно целое число, а не ",
}


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="ответ для программ")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"день пишут так: 2026-03-14, а не «{text}»") from None


def _kopecks(text: str) -> int:
    amount = kopecks(text)
    if amount is None or amount < 0:
        raise argparse.ArgumentTypeError(f"цену пишут в рублях: 3,20, а не «{text}»")
    return amount


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"нужно число от 1 до 1 000 000, а не «{text}»")
    return int(text)
