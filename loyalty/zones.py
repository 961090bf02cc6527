"""The time zones of Russia under the names their people use; pure."""

from typing import Final

ZONES: Final = {
    "Europe/Kaliningrad": "Калининград (UTC+2)",
    "Europe/Moscow": "Москва, Санкт-Петербург (UTC+3)",
    "Europe/Samara": "Самара, Ижевск (UTC+4)",
    "Asia/Yekaterinburg": "Екатеринбург, Уфа (UTC+5)",
    "Asia/Omsk": "Омск (UTC+6)",
    "Asia/Novosibirsk": "Новосибирск (UTC+7)",
    "Asia/Krasnoyarsk": "Красноярск, Кемерово (UTC+7)",
    "Asia/Irkutsk": "Иркутск, Улан-Удэ (UTC+8)",
    "Asia/Yakutsk": "Якутск, Чита (UTC+9)",
    "Asia/Vladivostok": "Владивосток, Хабаровск (UTC+10)",
    "Asia/Magadan": "Магадан (UTC+11)",
    "Asia/Sakhalin": "Южно-Сахалинск (UTC+11)",
    "Asia/Kamchatka": "Петропавловск-Камчатский (UTC+12)",
}
"""IANA name to what a person chooses, from west to east."""
