// What pages with a list of paragraphs share: filters, batches, context, and tables that sort.

const BATCH = 20;

function make(tag, style, ...children) {
  const element = document.createElement(tag);
  if (style) element.className = style;
  element.append(...children);
  return element;
}
const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

// Shows the rows that fit the form's filters.
//   parse(value)          filters from the values of the form's fields
//   fits(row, f)          whether a row is shown
//   order(rows, f)        the rows in the order to show, if not as they are
//   describe(f)           what the page says about the chosen filters
//   item(row, f, again)   a row's element; `again` if the article is that of the row before
function browse({ rows, parse, fits, order = (shown) => shown, describe = () => {}, item }) {
  const form = document.getElementById("filters");
  const items = document.getElementById("items");
  const more = document.getElementById("more");
  const fields = [...form.elements].filter((field) => field.name);
  let matches = [], drawn = 0;
  const filters = () => parse(Object.fromEntries(fields.map((field) => [field.name, field.value])));

  function update() {
    const f = filters();
    matches = order(rows.filter((row) => fits(row, f)), f);
    for (const field of fields) field.classList.toggle("set", field.value !== "");
    document.getElementById("clear").hidden = fields.every((field) => field.value === "");
    document.getElementById("result").textContent = matches.length
      ? counted(matches.length, "paragraph") : "No paragraph fits: choose fewer filters.";
    describe(f);
    items.replaceChildren();
    drawn = 0;
    draw();
  }

  // The filters stand in the address, which so can be kept and sent.

  function address() {
    const set = fields.filter((field) => field.value !== "").map((field) => [field.name, field.value]);
    return set.length ? `#${new URLSearchParams(set)}` : location.pathname + location.search;
  }

  function read() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) {
      field.value = wanted.get(field.name) ?? "";
      if (field.selectedIndex === -1) field.value = "";  // nothing of that name
    }
    update();
  }

  function changed() {
    history.replaceState(null, "", address());
    update();
    const results = document.getElementById("results");
    if (results.getBoundingClientRect().top < 0) results.scrollIntoView();
  }

  window.addEventListener("hashchange", () => {
    if (location.hash.includes("=")) {
      read();
      document.getElementById("read").scrollIntoView();
    } else history.replaceState(null, "", address());  // a section: the filters stay
  });
  form.addEventListener("input", changed);
  document.getElementById("clear").addEventListener("click", () => {
    for (const field of fields) field.value = "";
    changed();
    fields[0].focus();  // the button goes
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  function draw() {
    const f = filters();
    const fresh = matches.slice(drawn, drawn + BATCH)
      .map((row, n) => item(row, f, row.article === matches[drawn + n - 1]?.article));
    items.append(...fresh);
    drawn += fresh.length;
    more.hidden = drawn === matches.length;
    more.textContent = `Show ${Math.min(BATCH, matches.length - drawn)} more of ${(matches.length - drawn).toLocaleString("en")}`;
    return fresh;
  }
  more.addEventListener("click", () => {
    const [first] = draw();
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
  });

  form.hidden = false;
  document.getElementById("off").hidden = true;
  read();
  if (location.hash.includes("=")) document.getElementById("read").scrollIntoView();
}

// The article of a paragraph, and what else is to be said of it.
function source(row, again, tags = []) {
  const [title, outlet, date, url] = row.article;
  const name = make("b", again ? "again" : "", title || outlet || "untitled");
  name.dir = "auto";
  const line = make("p", "by", name);
  for (const part of [title && outlet, date]) if (part) line.append(` · ${part}`);
  if (/^https?:\/\//i.test(url)) {
    const link = make("a", "", "article");
    link.href = url;
    link.rel = "noopener noreferrer";
    line.append(" · ", link);
  }
  line.append(...tags, " ", make("code", "", row.id));
  return line;
}

// The text before and after a paragraph, which a button shows.
function fold(row, text) {
  const button = make("button", "fold", "Show context");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  const context = (words) => {
    const element = make("p", "context", words);
    element.dir = "auto";
    element.hidden = true;
    return element;
  };
  const around = [];
  button.addEventListener("click", () => {
    if (!around.length) {
      around.push(context(row.previous), context(row.next));
      text.before(around[0]);
      text.after(around[1]);
    }
    const open = around.every((one) => one.hidden);
    around.forEach((one) => (one.hidden = !open || !one.textContent));
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Hide context" : "Show context";
  });
  return button;
}

// Tables that sort by a click on a column's head

for (const table of document.querySelectorAll("table:has([data-sort])")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((cell, column) => {
    const slot = cell.querySelector("[data-sort]");
    const button = make("button", "", slot.textContent);
    button.type = "button";
    slot.replaceChildren(button);
    button.addEventListener("click", () => {
      const way = cell.getAttribute("aria-sort") === (column ? "descending" : "ascending") ? -1 : 1;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      const falling = (column > 0) === (way > 0);
      cell.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const key = (line) => Number(line.cells[column].dataset.value);
      const lines = [...table.tBodies[0].rows].sort((a, b) => (falling ? key(b) - key(a) : key(a) - key(b)));
      table.tBodies[0].append(...lines);
    });
  });
}
