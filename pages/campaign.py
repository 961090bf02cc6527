"""A campaign: what was said to whom, how far it is, whom it reached, what it brought, and if that was its doing."""

from datetime import date, datetime

import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.errors import NotFound
from loyalty.messages import campaigns
from loyalty.messages.campaigns.stored import ASKING, PAUSED, SENDING
from loyalty.messages.sending import limits
from loyalty.messages.writing.draft import CHANNELS
from loyalty.reports.messages import campaign as report
from loyalty.reports.messages.campaign import Campaign
from pages._addresses import CAMPAIGN_EDIT, CAMPAIGNS, GATEWAYS
from pages._campaign import actions, brought, steps

EVERY_S = 2  # while it is being sent
BADGES = {SENDING: "green", PAUSED: "orange", ASKING: "orange"}


def main() -> None:
    ui.back_link("Рассылки", CAMPAIGNS)
    name = st.query_params.get("name", "")
    if not name:
        raise NotFound("Какую рассылку показать? Выберите её в списке рассылок")
    with db.reading() as session:
        today = settings.today(session)
        one = report.load(session, name, today)
        at = one and one.saved.launched_at and settings.shop_time(session, one.saved.launched_at)
    if one is None:
        st.switch_page(CAMPAIGN_EDIT, query_params={"name": name})
    saved = one.saved
    badge = ui.Badge(wording.sentence(campaigns.STATUSES[saved.status]), BADGES.get(saved.status, "gray"))  # type: ignore[arg-type]
    channel = CHANNELS.get(saved.draft.channel, saved.draft.channel)
    with ui.header(saved.name, f"{wording.time(at)} · {channel} · {saved.audience}", [badge]):
        actions.show(one)
    if saved.why:
        st.warning(ui.plain(saved.why), icon=":material/pause_circle:")
        if saved.status == PAUSED:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.caption("Когда исправите, нажмите «Продолжить»: второй раз никто не получит", width="content")
                ui.link("Шлюзы", GATEWAYS)
    if saved.status == SENDING:
        progress(name, one.result.counts.waiting)
    elif saved.status == PAUSED:
        bar(one)
    show(one, today)


@st.fragment(run_every=EVERY_S)
def progress(name: str, waiting: int) -> None:
    """How far it is; the whole page is drawn anew when something moved."""
    with db.reading() as session:
        one = report.load(session, name, settings.today(session))
    if one is None or one.saved.status != SENDING or one.result.counts.waiting != waiting:
        st.rerun()
    bar(one)


def bar(one: Campaign) -> None:
    """How many of the recipients were dealt with."""
    counts = one.result.counts
    total = counts.handed + counts.waiting
    done = counts.handed / total if total else 1.0
    st.progress(done, f"Отправлено {wording.number(counts.handed)} из {wording.number(total)}")
    if one.saved.status == SENDING and counts.waiting and (opens := waits_until()):
        verb = "продолжится" if counts.handed else "начнётся"
        st.caption(f"Сейчас тихие часы: отправка {verb} {wording.time(opens)}")


def waits_until() -> datetime | None:
    """By the shop's clock when the quiet hours end, if it is them that it waits for."""
    with db.reading() as session:
        now = settings.now(settings.timezone(session))
        opens = limits.next_moment(session, now)
        return settings.shop_time(session, opens) if opens and opens > now else None


def show(one: Campaign, today: date) -> None:
    """Figures, the text and the funnel, what it brought."""
    ui.figures(figures(one), key="campaign-figures", alt="Показатели рассылки")
    left, right = ui.side_by_side(1, 1)
    with left, ui.section("Кто получил", hint="Каждая строка открывает список"):
        steps.show(one.result, one.saved.audience)
    with right, ui.section("Что отправили" if one.result.counts.handed else "Текст сообщения"):
        if one.saved.draft.subject:
            st.markdown(f"**{ui.plain(one.saved.draft.subject)}**")
        st.text(one.saved.draft.text)
        with db.reading() as session:
            example = report.example(session, one.saved.id)
        if example and example != one.saved.draft.text:
            st.caption("Например, так оно пришло:")
            st.text(example)
        if not one.saved.draft.is_advertising:
            st.caption("Служебное сообщение: покупки ему не засчитываются")
    brought.show(one, today)


def figures(one: Campaign) -> list[ui.Figure]:
    """The row of M1, with what stands behind each."""
    result, counts = one.result, one.result.counts
    window = wording.days(one.saved.draft.window_days)
    return [
        ui.Figure("Доставлено", wording.number(counts.delivered), of=f"из {wording.number(counts.handed)}"),
        ui.Figure("Купили", wording.number(result.buyers), of=f"CR {wording.fraction(result.cr, 2)}",
                  help=f"С покупкой не позже чем через {window} после доставки; CR — их доля от доставленных"),
        ui.Figure("Выручка", wording.roubles_round(result.revenue),
                  of=wording.plural(result.receipts, "чек", "чека", "чеков"),
                  help="Чеки, засчитанные рассылке, за вычетом возвратов"),
        ui.Figure("Расходы", wording.roubles_round(result.cost), help="Сколько списал шлюз"),
        ui.Figure("ROI", wording.fraction(result.roi),
                  help="(выручка − расходы) / расходы. Кто купил бы и без рассылки, здесь тоже посчитан"),
    ]  # fmt: skip


main()
