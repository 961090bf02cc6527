"""Charts: what stands over them, and what a screen reader says of the parts of small ones (Vega draws them)."""

from loyalty.front.words.change import changes

CHARTS = [
    *changes(
        "embed",
        ("description:`Vega visualization`", "description:`График`"),
        ("`aria-roleDescription`,`visualization`", "`aria-roleDescription`,`график`"),
        ("`${t} mark container`", "`часть графика`"),
        ("t.ariaRoleDescription||`${n} mark`", "`часть графика`"),
    ),
    *changes(
        "ArrowVegaLiteChart",
        ("label:`Show chart`", "label:`Показать график`"),
        ("label:`Show data`", "label:`Показать числа`"),
        ("label:`Download as PNG`", "label:`Скачать картинкой`"),
        ("Te?`Copied!`:`Copy Vega-Lite spec`", "Te?`Скопировано`:`Скопировать описание`"),
    ),
    *changes(
        "EChartsChart",
        ("label:`Show chart`", "label:`Показать график`"),
        ("label:`Show data`", "label:`Показать числа`"),
        ("label:`Download as ${Ue.toUpperCase()}`", "label:`Скачать картинкой`"),
    ),
]
