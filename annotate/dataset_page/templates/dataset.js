const { head, articles, texts, rows: lists } = JSON.parse(document.getElementById("data").textContent);
const { groups, people, splits, corpora, statuses } = head;
const techniques = head.techniques.map(([id, name, group, definition]) => ({ id, name, group, definition }));

// Rows: numbers refer to the lists of the head.
const rows = lists.map(([id, article, split, corpus, text, previous, next, labels, disputed, out, answers]) => {
  const works = answers.map(([who, decides, status, ticked, marks]) => {
    const spans = [];
    for (let n = 0; n < marks.length; n += 3) spans.push({ start: marks[n], end: marks[n + 1], label: marks[n + 2] });
    return { who, decides, status: statuses[status], ticked, spans };
  });
  const given = works.filter((work) => !work.decides && ["labelled", "none"].includes(work.status));
  const ticked = new Set(works.filter((work) => work.status === "labelled").flatMap((work) => work.ticked));
  return { id, article: articles[article], split, corpus, text: texts[text], previous: texts[previous],
    next: texts[next], labels: new Set(labels), disputed: new Set(disputed), out, works, given, ticked,
    decision: works.find((work) => work.decides && !["skipped", "draft"].includes(work.status)) };
});

// Filters

function parse(value) {
  const place = (list, name) => (name ? list.indexOf(name) : -1);
  const technique = (id) => (id ? techniques.findIndex((one) => one.id === id) : -1);
  return { technique: technique(value.technique), none: value.technique === "none",
    other: technique(value.with), state: value.state, person: place(people, value.annotator),
    split: place(splits, value.split), corpus: place(corpora, value.corpus ?? ""),
    text: value.text.trim().toLowerCase() };
}

const STATES = {
  holds: (row, label) => !row.out && row.labels.has(label),  // the figures count gold alone
  disputed: (row, label) => row.disputed.has(label),
  lost: (row, label) => row.ticked.has(label) && !row.labels.has(label),
  decided: (row, label) => row.decision && (row.ticked.has(label) || row.labels.has(label)),
  out: (row, label) => row.out && STATES[""](row, label),
  "": (row, label) => row.labels.has(label) || row.disputed.has(label) || row.ticked.has(label),
};

function fits(row, f) {
  if (f.split >= 0 && row.split !== f.split) return false;
  if (f.corpus >= 0 && row.corpus !== f.corpus) return false;
  if (f.none && row.labels.size) return false;
  if (f.person >= 0 && !row.works.some((work) => work.who === f.person && did(work, f))) return false;
  const asked = [f.technique, f.other].filter((label) => label >= 0);
  const fitting = (label) => STATES[f.state](row, label);
  if (asked.length) {
    if (!asked.every(fitting)) return false;
  } else if (f.state === "decided" || f.state === "out") {
    if (!(f.state === "out" ? row.out : row.decision)) return false;
  } else if (f.state && !techniques.some((_, label) => fitting(label))) return false;
  if (!f.text) return true;
  row.words ??= `${row.text}\n${row.article.join("\n")}\n${row.id}`.toLowerCase();
  return row.words.includes(f.text);
}

// With a technique, an annotator's paragraphs are those in which the annotator ticked it.
function did(work, f) {
  return f.technique >= 0 ? work.ticked.includes(f.technique) : !f.none || work.status === "none";
}

function describe(f) {
  const about = document.getElementById("about");
  const chosen = [f.technique, f.other].filter((label) => label >= 0).map((label) => techniques[label]);
  about.hidden = !chosen.length;
  about.replaceChildren(...chosen.flatMap((one) =>
    [make("h3", "", one.name), make("p", "soft", groups[one.group]), make("p", "", one.definition)]));
}

// Paragraphs

function item(row, f, again) {
  const text = make("p", "text", ...marked(row, f));
  text.dir = "auto";
  const words = make("div", "", text);
  if (row.previous || row.next) words.append(fold(row, text));
  const element = make("article", "item", source(row, again, tags(row)), words, ticks(row, f));
  element.id = `p-${row.id}`;
  return element;
}

function tags(row) {
  const shown = [make("span", "tag", splits[row.split])];
  if (corpora[row.corpus]) shown.push(make("span", "tag", corpora[row.corpus]));
  if (row.out) shown.push(make("span", "tag disputed", "not in gold"));
  return shown;
}

// The words that people marked, cut where a span begins or ends; offsets count characters.
function marked(row, f) {
  const works = f.person < 0 ? row.works : row.works.filter((work) => work.who === f.person);
  const spans = works.flatMap((work) => work.spans.map((span) => ({ ...span, who: work.who })));
  const letters = Array.from(row.text);
  const cuts = [...new Set([0, letters.length, ...spans.flatMap((span) => [span.start, span.end])])]
    .filter((cut) => cut <= letters.length).sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, n) => {
    const part = letters.slice(start, cuts[n + 1]).join("");
    const over = spans.filter((span) => span.start <= start && span.end >= cuts[n + 1]);
    if (!over.length) return part;
    over.sort((a, b) => strength(row, f, b.label) - strength(row, f, a.label));
    const strong = strength(row, f, over[0].label);
    const mark = make("mark", `g${groupOf(over[0].label)}${strong ? "" : " weak"}`, part);
    mark.title = [...new Set(over.map((span) => span.label))].map((label) => {
      const who = new Set(over.filter((span) => span.label === label).map((span) => people[span.who]));
      return `${label < techniques.length ? techniques[label].name : groups[label - techniques.length]}: ${[...who].join(", ")}`;
    }).join("; ");
    return mark;
  });
}

const groupOf = (label) => (label < techniques.length ? techniques[label].group : label - techniques.length);

// 2 for words of the technique that is looked for, 1 for others whose technique holds.
function strength(row, f, label) {
  const meant = (technique) => label === technique || groupOf(label) === groupOf(technique) && label >= techniques.length;
  if (f.technique >= 0) return meant(f.technique) ? 2 : f.other >= 0 && meant(f.other) ? 1 : 0;
  return [...row.labels].some(meant) ? 1 : 0;
}

// Who ticked which technique.
function ticks(row, f) {
  const list = make("ul", "ticks");
  const shown = techniques.map((_, label) => label).filter((label) => STATES[""](row, label));
  for (const label of shown) {
    const { id, name, group } = techniques[label];
    const link = make("a", "term", name);
    link.href = `#technique=${encodeURIComponent(id)}`;
    const title = make("div", "", link);
    if (row.disputed.has(label)) title.append(make("span", "tag disputed", "disputed"));
    else if (!row.labels.has(label)) title.append(make("span", "tag", "does not hold"));
    if (row.decision && row.labels.has(label)) title.append(make("span", "tag decided", `decided by ${people[row.decision.who]}`));
    const entry = make("li", `tick g${group}${row.labels.has(label) ? "" : " lost"}`, title);
    list.append(who(entry, row, f, (work) => work.ticked.includes(label), "ticked"));
  }
  if (!shown.length || row.decision && !row.labels.size) {
    const title = make("div", "", head.none);
    if (row.decision && !row.labels.size) title.append(make("span", "tag decided", `decided by ${people[row.decision.who]}`));
    const entry = make("li", "tick plain-tick", title);
    list.append(who(entry, row, f, (work) => work.status === "none", "said"));
  }
  const others = row.works.filter((work) => !work.decides && !row.given.includes(work));
  if (others.length) list.append(make("li", "soft", others.map((work) => `${people[work.who]}: ${work.status}`).join(", ")));
  return list;
}

function who(entry, row, f, yes, verb) {
  const sides = [row.given.filter(yes), row.given.filter((work) => !yes(work))];
  const line = make("div", "who", ...sides.flatMap((side, n) => side.map((work) =>
    make("span", `${n ? "no" : "yes"}${work.who === f.person ? " me" : ""}`, people[work.who]))));
  line.setAttribute("aria-hidden", "true");
  const names = (side) => side.map((work) => people[work.who]).join(", ") || "nobody";
  entry.append(line, make("span", "unseen", `${verb} by ${names(sides[0])}; not by ${names(sides[1])}`));
  return entry;
}

// The map of co-occurrence: one stop for Tab, arrows inside, Enter shows the paragraphs

const map = document.getElementById("map");
if (map) {
  const grid = [...map.tBodies[0].rows].map((line) => [...line.cells].slice(1));
  const cells = grid.flat();
  const say = document.getElementById("map-cell");
  const open = (cell) => {
    const { first, second } = cell.dataset;
    if (first) location.hash = new URLSearchParams({ technique: first, with: second, state: "holds" });
  };
  cells.forEach((cell) => (cell.tabIndex = -1));
  grid[0][0].tabIndex = 0;
  map.addEventListener("click", (event) => event.target.closest("td") && open(event.target.closest("td")));
  map.addEventListener("mouseover", (event) => { say.textContent = event.target.closest("td")?.title ?? ""; });
  map.addEventListener("focusin", (event) => { say.textContent = event.target.title; });
  for (const leaving of ["mouseleave", "focusout"]) map.addEventListener(leaving, () => { say.textContent = ""; });
  map.addEventListener("keydown", (event) => {
    const row = grid.findIndex((line) => line.includes(event.target));
    if (row < 0) return;
    const column = grid[row].indexOf(event.target);
    const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? [0, 0];
    if (event.key === "Enter") open(event.target);
    const next = grid[row + down]?.[column + right];
    if (!next || next === event.target) return;
    event.preventDefault();
    cells.forEach((cell) => (cell.tabIndex = -1));
    next.tabIndex = 0;
    next.focus();
  });
}

browse({ rows, parse, fits, describe, item });
