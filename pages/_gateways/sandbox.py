"""What the sandbox wrote instead of sending, the newest first; by which price it counts."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from loyalty import settings, ui, wording
from loyalty.messages.sending.gateways import Account
from loyalty.sms import sandbox
from loyalty.sms.catalogue import SANDBOX, SMS
from pages._gateways import form

SHOWN = 200
KINDS: dict[str, ui.Kind] = {"Когда": "time", "Частей": "count"}


def show(zone: str) -> None:
    """The section with its table."""
    found = sandbox.latest(settings.files_dir(), SHOWN)
    if not found:
        ui.empty(
            "В песочнице пусто",
            "Здесь появятся сообщения, которые ушли бы клиентам, если бы был подключён шлюз.",
            icon="inbox",
        )
        return
    frame = pd.DataFrame(
        {
            "Когда": [one.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in found],
            "Кому": [one.address if "@" in one.address else wording.phone(one.address) for one in found],
            "Текст": [f"{one.subject}. {one.text}" if one.subject else one.text for one in found],
            "Частей": [one.parts for one in found],
        }
    )
    with ui.section("Песочница", hint="Последние сообщения: никому не отправлены", height="content") as actions:
        with actions:
            ui.excel_button("Песочница", frame, KINDS)
        phone = ui.Lines("Кому", note="{Текст}", aside="{Когда}")
        ui.table(frame, KINDS, alt="Сообщения в песочнице", key="sandbox", rows_shown=20, phone=phone)


def priced(account: Account, known: Sequence[Account]) -> None:
    """By which price the sandbox counts what would have been spent."""
    price = "не указана" if account.price is None else wording.roubles(account.price)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"Цена одной SMS для расчётов: {price}", width="content")
        label = "Указать" if account.price is None else "Изменить"
        if st.button(f":primary[{label}]", type="tertiary", key="sandbox-price"):
            form.open_form(SMS, known, is_reserve=False, kind=SANDBOX)
