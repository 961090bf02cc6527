"""What stands around every screen: the frame, the connection, dialogs, menus; and parts that many screens share."""

from loyalty.front.words.change import changes

_NOT_ANSWERING = (
    "Программа не отвечает: похоже, она остановлена. Запустите её через start.py — страница оживёт сама, "
    "закрывать её не нужно."
)

SHELL = changes(
    "index",
    ("`Please wait...`", "`Подождите…`"),
    ("`Running...`", "`Считаю…`"),
    ("title:e?`Stopping...`:`Stop`", "title:e?`Останавливаю…`:`Остановить`"),
    ("`File change.`", "`Программа обновлена.`"),
    ("children:`Rerun`", "children:`Обновить`"),
    ("label:`Rerun`", "label:`Обновить`"),
    ("`Always rerun`", "`Обновлять всегда`"),
    ("`Auto rerun`", "`Обновлять сразу`"),
    ("label:`Clear cache`", "label:`Очистить память`"),
    ("**Are you sure you want to clear the app's function caches?**", "**Очистить память программы?**"),
    ("This will remove all cached entries from functions using", "Посчитанное будет посчитано заново:"),
    ("children:`Clear caches`", "children:`Очистить`", 2),
    ("children:`Cancel`", "children:`Отмена`"),
    ("label:`Print`", "label:`Печать`"),
    ("`Record screen`", "`Записать экран`"),
    ("label:`Report a bug`", "label:`Сообщить об ошибке`"),
    ("label:`Get help`", "label:`Помощь`"),
    ("label:`About`", "label:`О программе`"),
    ("children:`About`", "children:`О программе`"),
    ('"aria-label":`Theme`', '"aria-label":`Оформление`'),
    ('"aria-label":`Main menu`', '"aria-label":`Главное меню`', 2),
    ("`Made with Streamlit v`", "`Основа: Streamlit `"),
    ("`Copy version to clipboard`", "`Скопировать номер версии`"),
    ("copiedLabel:`Copied`", "copiedLabel:`Скопировано`"),
    ("=`Connecting`,", "=`Соединяюсь`,"),
    ("=`Connecting to Streamlit server`,", "=`Соединяюсь с программой`,"),
    ("=`Connecting to static app`,", "=`Открываю`,"),
    ("=`Error`,", "=`Нет связи`,"),
    ("=`Unable to connect to Streamlit server`;", "=`Программа не отвечает`;"),
    ("`Connection error`", "`Нет связи с программой`"),
    (
        "`Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:`"
        ",codeBlock:`streamlit run yourscript.py`",
        f"`{_NOT_ANSWERING}`",
    ),
    ("`Streamlit server is not responding. Are you connected to the internet?`", f"`{_NOT_ANSWERING}`"),
    (
        "`Cannot connect to Streamlit (HTTP status: 403).\n\nIf you are trying to access a Streamlit app running on"
        " another server, this could be due to the app's [CORS](${rD}) settings.`",
        "`Программа не пускает с этого адреса: откройте её так, как показал start.py при запуске.`",
    ),
    ("message:`Connection timed out.`", "message:`Программа слишком долго не отвечает. Страница ждёт её ответа.`"),
    (
        "`Connection failed with status ${r}${s?`, and response:`:`.`}`",
        "`Программа ответила ошибкой ${r}${s?`:`:`.`}`",
    ),
    (
        "`Connection lost. Please wait for the app to reconnect, then try again.`",
        "`Связь потеряна. Подождите, пока она восстановится, и повторите.`",
    ),
    ("`Request timed out`", "`Программа слишком долго не отвечает`", 2),
    ("`Connection closed`", "`Связь потеряна`", 2),
    ("message:t||`Unknown error`", "message:t||`Неизвестная ошибка`"),
    ("`Bad message format`", "`Страница не поняла ответ программы`"),
    ("`Page not found`", "`Страница не найдена`"),
    (
        "`You have requested page /${e}, but no corresponding file was found in the app's pages/ directory`",
        "`Страницы «${e}» здесь нет`",
    ),
    ("`The page that you have requested does not seem to exist`", "`Такой страницы здесь нет`"),
    ("`${t}. Running the app's main page.`", "`${t}. Открыта главная.`"),
    ("`Script execution error`", "`Страница не открылась`"),
    ("||`No message`", "||`Причина неизвестна`"),
    ("??`No message`", "??`Причина неизвестна`"),
    ("`Try again`", "`Ещё раз`"),
    ("r?`Continue anyway`:`Close`", "r?`Всё равно продолжить`:`Закрыть`"),
    ("onClick:e.onClose,children:`Close`", "onClick:e.onClose,children:`Закрыть`"),
    ('"aria-label":`Close`', '"aria-label":`Закрыть`', 3),
    ('"aria-label":`Notifications`', '"aria-label":`Уведомления`'),
    ("r?`view less`:`view more`", "r?`свернуть`:`показать всё`"),
    ("`Skip to main content`", "`К содержанию страницы`"),
    ('"aria-label":`Sidebar`', '"aria-label":`Боковая панель`'),
    ('"aria-label":`Expand sidebar`', '"aria-label":`Показать меню`'),
    ('"aria-label":`Collapse sidebar`', '"aria-label":`Скрыть меню`'),
    ('"aria-label":`App pages`', '"aria-label":`Разделы`', 2),
    ("i?`View less`:`View ${x-m} more`", "i?`Свернуть`:`Ещё ${x-m}`"),
    ("`(opens in new tab)`", "`(откроется в новой вкладке)`"),
    ("`App Logo`", "`Знак программы`", 2),
    ("alt:`Logo`", "alt:`Знак программы`"),
    ("`Navigate to home page`", "`На главную`"),
    ("`Scroll tabs left`", "`Предыдущие вкладки`"),
    ("`Scroll tabs right`", "`Следующие вкладки`"),
    ("stateLabel:`running`", "stateLabel:`идёт`"),
    ("stateLabel:`complete`", "stateLabel:`готово`"),
    ("stateLabel:`error`", "stateLabel:`ошибка`"),
    ("return n&&r?`Step`:t?cn(t):n?`Step`:`Expander`", "return n&&r?`Шаг`:t?cn(t):n?`Шаг`:`Подробности`"),
    ("`Shortcut ${l}`", "`Клавиши ${l}`"),
    ("`Chat message from ${a}`", "`Сообщение: ${a}`"),
    ("=`Toolbar action`", "=`Действие`"),
    # The menu's list has headings between its items: a screen reader would take it for a broken one.
    ("f(`ul`,{target:`e1o1t1hb1`", "f(`div`,{target:`e1o1t1hb1`"),
    ("f(`li`,{target:`e1o1t1hb4`", "f(`div`,{target:`e1o1t1hb4`"),
)

COMMON = [
    # A button that is only an icon is named by its hint.
    *changes("Button", ("n(c,{icon:p.icon,", "n(c,{$named:p.help,icon:p.icon,")),
    *changes(
        "index",
        ("jf=({icon:e,label:t,iconSize:n,", "jf=({$named,icon:e,label:t,iconSize:n,"),
        ("P(t?.trim())?cn(e):void 0", "P(t?.trim())?$named||cn(e):void 0"),
    ),
    *changes(
        "DynamicIcon",
        ("return`Loading`", "return`Загрузка`"),
        ("`${n} icon`", "`Значок`"),
    ),
    *changes(
        "StreamlitMarkdown",
        ("role:`img`,ariaLabel:n+` icon`", "ariaHidden:`true`"),  # an icon in a text only repeats its words
        ("u(`Help`)", "u(`Подсказка`)", 2),
        ("m(t)?`Help`:`Help for ${t.", "m(t)?`Подсказка`:`Подсказка: ${t."),
        ("`Link to heading`", "`Ссылка на раздел`"),
        ("`Back to reference `", "`К сноске `"),
        ("`Footnotes`", "`Сноски`"),
    ),
    *changes(
        "Toolbar",
        ("label:`Fullscreen`", "label:`На весь экран`"),
        ("label:`Close fullscreen`", "label:`Свернуть`"),
    ),
    *changes("useCopyToClipboard", ("t?`Copied`:`Copy to clipboard`", "t?`Скопировано`:`Скопировать`")),
    *changes("useFloatingOverlay", ("f:`Dismiss`", "f:`Закрыть`")),
    *changes("requiredField", ("`This field is required.`", "`Заполните это поле.`")),
    *changes("useFormValidation", ("`Invalid value.`", "`Здесь что-то не так.`")),
    *changes("MenuButton", ("||`Menu`", "||`Меню`")),
    *changes(
        "DownloadButton",
        ("`Deferred download not properly configured`", "`Файл не готов`"),
        ("`Download failed`", "`Скачать не удалось`"),
    ),
    *changes(
        "Pagination",
        ("`Pagination`", "`Страницы`"),
        ("`Previous page`", "`Предыдущая страница`"),
        ("`Page ${e.page}`", "`Страница ${e.page}`"),
        ("`Next page`", "`Следующая страница`"),
    ),
]
