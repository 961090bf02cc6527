// A chart: plotly draws bars, lines and axes; the legend, the box with a point's figures and the keyboard are HTML.
//
// Colours come as names (`@accent`) and are the theme's, so that a switch to dark redraws what is there.
// Streamlit calls this function again whenever the data or the theme change, and what it returned at the end.

const LIBRARY = "app/static/plotly-basic-4.1.1.min.js";
const STATIC = { staticPlot: true, displayModeBar: false };
const CATEGORICAL = ["accent", "contrast", "grey"];
const EDGE_PX = 8;

const charts = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const chart = charts.get(parentElement) ?? new Chart(parentElement);
  charts.set(parentElement, chart);
  chart.show(data, (leads) => setTriggerValue("open", leads));
  return () => {
    chart.close();
    charts.delete(parentElement);
  };
}

/** Plotly, loaded once in a life of the page. */
function plotly() {
  window.loyaltyPlotly ??= new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = new URL(LIBRARY, document.baseURI);
    script.onload = () => loaded(window.Plotly);
    script.onerror = failed;
    document.head.append(script);
  });
  return window.loyaltyPlotly;
}

function made(parent, tag, name, attributes = {}) {
  const element = document.createElement(tag);
  element.className = name;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
}

class Chart {
  constructor(parent) {
    parent.querySelector(".chart")?.remove();
    this.root = made(parent, "div", "chart", { role: "group", "aria-roledescription": "график", tabindex: "0" });
    this.legend = made(this.root, "div", "chart-legend");
    this.plot = made(this.root, "div", "chart-plot");
    this.canvas = made(this.plot, "div", "chart-canvas", { "aria-hidden": "true" });
    this.band = made(this.plot, "div", "chart-band");
    this.box = made(this.plot, "div", "chart-box");
    this.said = made(this.root, "div", "chart-said", { role: "status" });
    this.place = null;
    this.listen();
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.canvas);
  }

  show(data, open) {
    this.data = data;
    this.open = open;
    this.root.setAttribute("aria-label", data.alt);
    this.root.classList.toggle("chart-leads", data.lead !== null);
    this.colours = palette(this.root);
    this.legend.replaceChildren(...data.legend.map((entry) => this.named(entry, entry.name)));
    this.point(null);
    this.draw();
  }

  close() {
    this.sizes.disconnect();
    window.Plotly?.purge(this.canvas);
    this.root.remove();
  }

  /** The figure as large as its place; what is asked for while plotly loads is drawn once. */
  async draw() {
    if (this.waits) return;
    this.waits = true;
    const library = await plotly();
    await new Promise(requestAnimationFrame);
    this.waits = false;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!this.canvas.isConnected || !width || !height) return;
    const { data, layout } = coloured(this.data.figure, this.colours);
    const font = { ...layout.font, family: this.colours.font };
    await library.react(this.canvas, data, { ...layout, font, width, height }, STATIC);
    this.canvas.dataset.drawn = `${width}×${height}`;
  }

  listen() {
    const { plot, root } = this;
    plot.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse") this.point(this.under(event));
    });
    plot.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.point(null));
    plot.addEventListener("click", (event) => {
      if (this.box.contains(event.target)) return;
      const place = this.under(event);
      if (event.pointerType === "mouse") this.follow(place);
      else this.point(place); // a finger has no hover: it asks first, and the box offers the way
    });
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("focusout", (event) => root.contains(event.relatedTarget) || this.point(null));
  }

  key(event) {
    const last = this.data.points.length - 1;
    const steps = { ArrowLeft: (this.place ?? last + 1) - 1, ArrowRight: (this.place ?? -1) + 1, Home: 0, End: last };
    if (event.key in steps) this.point(Math.min(Math.max(steps[event.key], 0), last), true);
    else if (event.key === "Enter" && event.target === this.root) this.follow(this.place);
    else if (event.key === "Escape") this.point(null);
    else return;
    event.preventDefault();
  }

  follow(place) {
    const leads = place === null ? null : this.data.points[place].leads;
    if (leads) this.open(leads);
  }

  /** The place of the point that the pointer is at: the nearest bar, or the step it stands on. */
  under(event) {
    const axis = this.canvas._fullLayout?.xaxis;
    if (!axis) return null;
    const x = axis.p2d(event.clientX - this.canvas.getBoundingClientRect().left - axis._offset);
    const at = this.data.points.map((point) => point.at);
    if (!this.data.steps) return Math.min(Math.max(Math.round(x), 0), at.length - 1);
    return Math.max(at.filter((one) => one <= x).length - 1, 0);
  }

  /** Tell a point's figures beside it; null tells nothing. */
  point(place, aloud = false) {
    this.place = place;
    this.box.hidden = this.band.hidden = place === null;
    const layout = this.canvas._fullLayout;
    if (place === null || !layout) return;
    const axis = layout.xaxis;
    const point = this.data.points[place];
    this.box.replaceChildren(...this.told(point));
    const half = this.data.steps ? 0 : 0.5;
    const [left, right] = [point.at - half, point.at + half].map((x) => axis._offset + axis.d2p(x));
    const width = Math.max(right - left, 1);
    Object.assign(this.band.style, { left: `${left}px`, width: `${width}px`, bottom: `${layout._size.b}px` });
    const room = this.plot.clientWidth - this.box.offsetWidth;
    const beside = right + EDGE_PX <= room ? right + EDGE_PX : left - EDGE_PX - this.box.offsetWidth;
    this.box.style.left = `${Math.min(Math.max(beside, 0), Math.max(room, 0))}px`;
    if (aloud) this.said.textContent = this.words(point);
  }

  words(point) {
    const rows = point.rows.map((row) => [row.name, row.value].filter(Boolean).join(" "));
    const lead = point.leads ? `Enter: ${this.data.lead}` : "";
    return [point.title, point.note, ...rows, lead].filter(Boolean).join(". ");
  }

  told(point) {
    const box = document.createElement("div");
    made(box, "div", "chart-title").textContent = point.title;
    if (point.note) made(box, "div", "chart-note").textContent = point.note;
    for (const row of point.rows) {
      const line = made(box, "div", "chart-row");
      line.append(this.named(row, row.name));
      made(line, "span", "chart-value").textContent = row.value;
    }
    if (point.leads) {
      const button = made(box, "button", "chart-lead", { type: "button" });
      button.textContent = this.data.lead;
      button.addEventListener("click", () => this.follow(this.place));
    }
    return [...box.childNodes];
  }

  /** A name beside a mark in its colour. */
  named(entry, words) {
    const name = document.createElement("span");
    name.className = "chart-name";
    if (entry.colour) {
      const mark = made(name, "span", `chart-mark ${entry.look ?? ""}`);
      mark.style.color = coloured(entry.colour, this.colours);
    }
    name.append(words);
    return name;
  }
}

/** The theme's colours by the names that figures use. */
function palette(element) {
  const style = getComputedStyle(element);
  const value = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const categorical = value("chart-categorical-colors").split(",");
  return {
    ...Object.fromEntries(CATEGORICAL.map((name, place) => [name, categorical[place]])),
    muted: value("gray-color"),
    text: value("text-color"),
    line: value("border-color"),
    ground: value("background-color"),
    font: style.fontFamily,
  };
}

/** The same with every `@name` replaced by its colour. */
function coloured(value, colours) {
  if (typeof value === "string") return value.startsWith("@") ? colours[value.slice(1)] : value;
  if (Array.isArray(value)) return value.map((one) => coloured(one, colours));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, coloured(one, colours)]));
}
