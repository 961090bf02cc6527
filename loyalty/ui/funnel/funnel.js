// A funnel as a list: behind each row a bar of how many are left; a row with people opens them.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".funnel");
  root.setAttribute("aria-label", data.alt);
  root.replaceChildren(...data.rows.map((row) => rung(row, () => setTriggerValue("open", row.key))));
}

function rung(row, open) {
  const line = document.createElement("li");
  line.className = ["rung", row.isOut && "rung-out", row.isEnd && "rung-end"].filter(Boolean).join(" ");
  line.style.setProperty("--share", row.share);
  const body = made(line, row.key ? "button" : "div", "rung-body");
  made(body, "span", "rung-words", row.words);
  made(body, "span", "rung-figure", row.figure);
  if (row.key) {
    body.type = "button";
    body.addEventListener("click", open);
  }
  return line;
}

function made(parent, tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}
