// Figures: a label, the figure, how it changed and against what, its past as a line; neat in two columns on a phone.

const SVG = "http://www.w3.org/2000/svg";
const SHORT = 11; // letters that a card of six in a row has room for
const [WIDTH, HEIGHT, EDGE] = [160, 32, 2];

export default function ({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".figures");
  if (!root) root = made(parentElement, "dl", "figures");
  root.setAttribute("aria-label", data.alt);
  root.classList.toggle("figures-many", data.figures.length > 5);
  // One long figure makes all of them smaller: in a row they are of one size.
  root.classList.toggle("figures-long", data.figures.some(({ value }) => value.length > SHORT));
  root.replaceChildren(...data.figures.map((figure) => card(figure, () => setTriggerValue("open", figure.leads))));
}

function made(parent, tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

function card(figure, open) {
  const box = document.createElement("div");
  box.className = "figure";
  const label = made(box, "dt", "figure-label", figure.label);
  if (figure.help) explain(label, figure);
  const value = made(box, "dd", "figure-value", figure.value);
  if (figure.of) made(value, "span", "figure-of", ` ${figure.of}`);
  if (figure.change) {
    const change = made(box, "dd", `figure-change ${figure.tone}`);
    made(change, "span", "figure-delta", figure.change);
    made(change, "span", "figure-against", figure.against);
  }
  if (figure.lead) {
    const way = made(box, "dd", "figure-lead");
    const button = made(way, "button", "", figure.lead);
    button.type = "button";
    button.addEventListener("click", open);
  }
  if (figure.past) made(box, "dd", "figure-past").append(line(figure.past));
  return box;
}

/** «?» that a mouse, a finger and the keyboard can all ask. */
function explain(label, figure) {
  const details = made(label, "details", "figure-help");
  const ask = made(details, "summary", "", "?");
  ask.setAttribute("aria-label", `Что такое «${figure.label}»`);
  made(details, "p", "", figure.help);
  details.addEventListener("focusout", (event) => details.contains(event.relatedTarget) || (details.open = false));
  details.addEventListener("keydown", (event) => event.key === "Escape" && (details.open = false));
}

function line(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (place) => EDGE + (place * (WIDTH - 2 * EDGE)) / (values.length - 1);
  const y = (value) => HEIGHT - EDGE - ((value - low) * (HEIGHT - 2 * EDGE)) / (high - low);
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  picture.setAttribute("preserveAspectRatio", "none");
  picture.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS(SVG, "polyline");
  drawn.setAttribute("points", values.map((value, place) => `${x(place)},${y(value)}`).join(" "));
  picture.append(drawn);
  return picture;
}
