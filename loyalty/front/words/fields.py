"""Fields of forms: texts, numbers, lists, dates and times, files."""

from loyalty.front.words.change import changes

FIELDS = [
    *changes(
        "utils",
        ("r?`Add options`:`Add an option`", "r?`Впишите значения`:`Впишите значение`"),
        ("`No options to select`", "`Не из чего выбирать`"),
        ("r?`Choose or add options`:`Choose or add an option`", "`Выберите или впишите`"),
        ("r?`Choose options`:`Choose an option`", "`Выберите`"),
        ("displayName:`Light`", "displayName:`Светлое`"),
        ("displayName:`Dark`", "displayName:`Тёмное`"),
        ("displayName:H", "displayName:`Как в системе`"),
    ),
    *changes(
        "InputInstructions",
        ("`submit form`:`apply`", "`отправить`:`применить`"),
        ("`Press ${r()?`⌘`:`Ctrl`}+Enter to ${e}`", "`${r()?`⌘`:`Ctrl`}+Enter — ${e}`"),
        ("`Press Enter to ${e}`", "`Enter — ${e}`"),
    ),
    *changes(
        "TextInput",
        ("=`Invalid input.`", "=`Здесь что-то не так.`"),
        (":`Invalid input.`", ":`Здесь что-то не так.`"),
        ("${g} Must match pattern: ${e.toString()}", "${g}"),
        ("`Clear entry`", "`Очистить`"),
        ("O?`Hide password`:`Show password`", "O?`Скрыть пароль`:`Показать пароль`"),
    ),
    *changes(
        "NumberInput",
        (
            "`Number is outside the allowed range. Please enter a value between ${n} and ${r}.`",
            "`Введите число от ${n} до ${r}.`",
        ),
        (
            "`Number is below the allowed range. Please enter a value greater than or equal to ${n}.`",
            "`Введите число не меньше ${n}.`",
        ),
        (
            "`Number is above the allowed range. Please enter a value less than or equal to ${r}.`",
            "`Введите число не больше ${r}.`",
        ),
        ("`Number is below the allowed range.`", "`Это число слишком мало.`"),
        ("`Number is above the allowed range.`", "`Это число слишком велико.`"),
        ("`Error: ${M}`", "M"),
        ("`**Error**: ${M}`", "M"),
        ("`Clear value`", "`Очистить`"),
        ("`Decrement`", "`Меньше`"),
        ("`Increment`", "`Больше`"),
    ),
    *changes("Radio", ("`No options to select.`", "`Не из чего выбирать.`")),
    *changes(
        "Selectbox",
        ("`Add: ${M}`", "`Добавить: ${M}`"),
        ("locale:`en-US`", "locale:`ru-RU`"),
        ("`Selectbox options`", "`Варианты`"),
        ("`No results`", "`Ничего не найдено`"),
        ("l??`Selectbox`", "l??`Список`"),
        ("`Clear value`", "`Очистить`"),
        ('"aria-label":`Open`', '"aria-label":`Показать варианты`'),
    ),
    *changes(
        "Multiselect",
        ("locale:`en-US`", "locale:`ru-RU`"),
        ("`Select ${p.length} matches`", "`Выбрать найденные: ${p.length}`"),
        ("`Select all`", "`Выбрать все`"),
        ("`Add: ${n}`", "`Добавить: ${n}`"),
        ("`No results`", "`Ничего не найдено`", 2),
        (
            "`You can only select up to ${t.maxSelections} ${e}. Remove an option first.`",
            "`Выбрано ${t.maxSelections}, больше нельзя. Сначала уберите лишнее.`",
        ),
        ("t.label||`Multiselect`", "t.label||`Список`"),
        ("t.label||`Multiselect options`", "t.label||`Варианты`"),
        ("`Selected values`", "`Выбрано`"),
        ("`Remove ${e}`", "`Убрать: ${e}`"),
        ("`Clear all`", "`Убрать все`"),
        ('"aria-label":`Open`', '"aria-label":`Показать варианты`'),
    ),
]

_SIZE = "${e.toFixed(n).replace(`.`,`,`)}\xa0${{gb:`ГБ`,mb:`МБ`,kb:`КБ`,b:`Б`}[t]}"

FILES = [
    *changes(
        "FileUploader",
        ("`${T(t,D.Byte,0)} per file`", "`Файл до ${T(t,D.Byte,0)}`"),
        ("`Drag and drop directories here`", "`Положите папки сюда`"),
        (
            "t?`Drag and drop files here`:`Drag and drop a file here`",
            "t?`Положите файлы сюда`:`Положите файл сюда`",
        ),
        (
            "label:l?`Upload directories`:`Upload`",
            "label:l?`Выбрать папки`:t?`Выбрать файлы`:`Выбрать файл`",
        ),
        ("`${e.type} files are not allowed.`", "`Такой файл не подойдёт.`"),
        ("`Add files`", "`Добавить файлы`"),
    ),
    *changes(
        "utils",
        ("`${e.toFixed(n)}${t.toUpperCase()}`", f"`{_SIZE}`"),
        ("`File must be ${$(n,`b`)} or smaller.`", "`Файл должен быть не больше ${$(n,`b`)}.`"),
        ("`${t.type} files are not allowed.`", "`Такой файл не подойдёт.`"),
        ("`File size is too small.`", "`Файл слишком мал.`"),
        ("`Only one file is allowed.`", "`Можно выбрать только один файл.`"),
        ("`Unexpected error. Please try again.`", "`Файл не загрузился. Попробуйте ещё раз.`"),
        ("`Upload failed`", "`Файл не загрузился`"),
        ("`Cancel upload of ${e.name}`", "`Не загружать ${e.name}`"),
        ("`Remove ${e.name}`", "`Убрать ${e.name}`"),
        ("`Click to retry upload`", "`Нажмите, чтобы загрузить ещё раз`"),
        ("children:[`Error: `,h]", "children:[h]"),
        ('"aria-label":`file upload`', '"aria-label":`Выбор файлов`'),
    ),
]

# Its date fields are always American inside, only their parts stand in the order of the format.
_FIELD_LOCALE = ("locale:`en-US`", "locale:`ru-RU`", 2)
_DATES_BY_KEYS = "Стрелки — другой день, Enter — выбрать, Escape — закрыть."

DATES = [
    *changes(
        "DateInput",
        _FIELD_LOCALE,
        ("${ce} start date", "${ce}: начало"),
        ("${ce} end date", "${ce}: конец"),
        ("`Clear dates`", "`Очистить`"),
        ("`Clear date`", "`Очистить`"),
        ("`Choose date range`", "`Выбрать дни`", 3),
        ("`Choose date`", "`Выбрать день`", 3),
        ("`Use arrow keys to navigate dates. Enter to select. Escape to close.`", f"`{_DATES_BY_KEYS}`", 2),
        ("children:`Date range`", "children:`За время`"),
        ("`Quick select a date range`", "`За время`", 2),
    ),
    *changes(
        "ReorderedSegments",
        ("`Previous month`", "`Предыдущий месяц`"),
        ("`Next month`", "`Следующий месяц`"),
        ("`Past Week`", "`Неделя`"),
        ("`Past Month`", "`Месяц`"),
        ("`Past 3 Months`", "`3 месяца`"),
        ("`Past 6 Months`", "`Полгода`"),
        ("`Past Year`", "`Год`"),
        ("`Past 2 Years`", "`2 года`"),
        (
            "`**Error**: Date set outside allowed range. Please select a date on or before ${r}.`",
            "`Выберите день не позже ${r}.`",
        ),
        (
            "`**Error**: Date set outside allowed range. Please select a date on or after ${n}.`",
            "`Выберите день не раньше ${n}.`",
        ),
        (
            "`**Error**: Date set outside allowed range. Please select a date between ${n} and ${r}.`",
            "`Выберите день с ${n} по ${r}.`",
        ),
    ),
    *changes(
        "DateTimeInput",
        _FIELD_LOCALE,
        (
            "`**Error**: Date and time set outside allowed range. Please select a date and time on or before"
            " ${n}.`",
            "`Выберите время не позже ${n}.`",
        ),
        (
            "`**Error**: Date and time set outside allowed range. Please select a date and time on or after ${t}.`",
            "`Выберите время не раньше ${t}.`",
        ),
        (
            "`**Error**: Date and time set outside allowed range. Please select a date and time between ${t} and"
            " ${n}.`",
            "`Выберите время с ${t} по ${n}.`",
        ),
        ("`Clear date and time`", "`Очистить`"),
        ("`Choose date and time`", "`Выбрать день и время`", 3),
        (
            "`Use arrow keys to navigate. Enter to select. Tab to switch between calendar and time."
            " Escape to close.`",
            "`Стрелки — другой день, Enter — выбрать, Tab — ко времени, Escape — закрыть.`",
        ),
        ("children:`Time`", "children:`Время`"),
    ),
    *changes(
        "TimeInput",
        ("[`Hours must be 0–23`,`minutes 0–59`]", "[`Часы — от 0 до 23`,`минуты — от 0 до 59`]"),
        ("`seconds 0–59`", "`секунды — от 0 до 59`"),
        ("`Time is out of range. ${t.join(`, `)}.`", "`${t.join(`, `)}.`"),
        ("`Hours must be 0–23.`", "`Часы — от 0 до 23.`"),
        ("`Seconds must be 0–59.`", "`Секунды — от 0 до 59.`"),
        ("`Minutes must be 0–59.`", "`Минуты — от 0 до 59.`"),
        ("`Value is out of range for ${i}. ${e}`", "e"),
        ("`Invalid time format. Please use HH:MM:SS or HH:MM.`", "`Время пишут так: 10:25 или 10:25:30.`"),
        ("`Invalid time format. Please use HH:MM.`", "`Время пишут так: 10:25.`"),
        (
            "`Error: time ${A.hour}:${A.minute}${e} is invalid. ${E}`",
            "`Времени ${A.hour}:${A.minute}${e} не бывает. ${E}`",
        ),
        ("$=`Error: ${E}`", "$=E"),
        ("`**Error**: ${E}`", "E"),
        ("`Clear time`", "`Очистить`"),
    ),
]
