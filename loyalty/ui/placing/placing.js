// Buttons that put a word into a text area where its cursor stands; what is typed there is sent after a pause.

const PAUSE_MS = 500;

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".placing");
  const area = () => document.querySelector(`textarea[aria-label="${CSS.escape(data.field)}"]`);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Подставить в текст");
  root.replaceChildren(...data.words.map((word) => button(word, () => put(area(), word.text))));
  listen(data.field);
}

function button({ label, meaning }, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.title = meaning;
  made.addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps its cursor
  made.addEventListener("click", press);
  return made;
}

/** As if it were typed: Streamlit hears of it, and undo takes it back. */
function put(area, text) {
  if (!area) return;
  area.focus();
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A text area tells the server what stands in it on leaving it or by Ctrl+Enter alone. */
function listen(field) {
  window.loyaltyPlacing ??= new Map();
  if (window.loyaltyPlacing.has(field)) return;
  window.loyaltyPlacing.set(field, null);
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("textarea") && event.target.getAttribute("aria-label") === field) {
      clearTimeout(window.loyaltyPlacing.get(field));
      window.loyaltyPlacing.set(field, setTimeout(() => send(event.target), PAUSE_MS));
    }
  });
}

function send(area) {
  if (!area.isConnected) return;
  area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
}
