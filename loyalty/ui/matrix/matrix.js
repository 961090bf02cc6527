// A picture of two scales: a real table for readers, its cells buttons; on a phone its cells one under another.

export default function ({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".matrix");
  if (!root) {
    root = document.createElement("table");
    root.className = "matrix";
    parentElement.append(root);
  }
  root.setAttribute("aria-label", data.alt);
  const open = (address) => setTriggerValue("open", address);
  root.replaceChildren(head(data.columns), body(data.rows, data.columns, open));
}

function made(parent, tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

function head(columns) {
  const part = document.createElement("thead");
  const row = made(part, "tr");
  made(row, "td");
  for (const column of columns) made(row, "th", "", column).scope = "col";
  return part;
}

function body(rows, columns, open) {
  const part = document.createElement("tbody");
  for (const { title, cells } of rows) {
    const row = made(part, "tr");
    made(row, "th", "", title).scope = "row";
    cells.forEach((cell, at) => square(made(row, "td"), cell, `${title} · ${columns[at]}`, open));
  }
  return part;
}

function square(place, cell, where, open) {
  const button = made(place, "button", "matrix-cell");
  button.type = "button";
  button.title = cell.words;
  button.style.setProperty("--tint", `${cell.tint}%`);
  const first = made(button, "span", "matrix-first");
  made(first, "span", "matrix-title", cell.title);
  made(first, "span", "matrix-value", cell.value);
  made(button, "span", "matrix-note", cell.note);
  made(button, "span", "matrix-where", where);
  if (cell.hint) made(button, "span", "matrix-hint", cell.hint);
  button.addEventListener("click", () => open(cell.leads));
}
