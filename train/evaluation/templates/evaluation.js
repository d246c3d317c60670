const { head, rows: lists } = JSON.parse(document.getElementById("data").textContent);
const techniques = head.techniques.map(([id, name, group]) => ({ id, name, group: head.groups[group] }));
const range = document.getElementById("threshold");
const threshold = Number(range.dataset.chosen);
const OUTCOMES = ["neither", "false", "missed", "hit"];
const NAMES = { false: "false alarm", missed: "missed", hit: "hit" };

const rows = lists.map(([id, article, text, previous, next, people, shown], place) => ({
  id, article, text, previous, next, people, place,
  labels: shown.map(([label, score, outcome, votes]) => ({ label, score, outcome: OUTCOMES[outcome], votes }))
    .sort((a, b) => b.score - a.score),
}));
const wrong = (one) => one.outcome === "missed" || one.outcome === "false";

// Errors

function parse(value) {
  return { ...value, technique: value.technique ? techniques.findIndex((one) => one.id === value.technique) : -1,
    text: value.text.trim().toLowerCase() };
}

// A score is far from the threshold if it is beyond half of the way to 0 or to 1.
const isSure = (one) => one.score < threshold / 2 || one.score >= (1 + threshold) / 2;

function matches(row, one, f) {
  if (f.technique >= 0 && one.label !== f.technique) return false;
  if (f.kind === "" && !wrong(one)) return false;
  if (f.kind in NAMES && one.outcome !== f.kind) return false;
  if (f.sure && isSure(one) !== (f.sure === "sure")) return false;
  return !f.people || (row.people > 1 && (one.votes === 0 || one.votes === row.people) === (f.people === "agree"));
}

function fits(row, f) {
  if (f.kind === "right" && row.labels.some(wrong)) return false;
  const free = f.technique < 0 && !f.sure && !f.people && (f.kind === "right" || f.kind === "all");
  if (!free && !row.labels.some((one) => matches(row, one, f))) return false;
  row.words ??= `${row.text}\n${row.article.join("\n")}\n${row.id}`.toLowerCase();
  return !f.text || row.words.includes(f.text);
}

function order(shown, f) {
  if (f.order) return shown;
  const surest = (row) => Math.max(0, ...row.labels.filter((one) => wrong(one) && matches(row, one, f))
    .map((one) => Math.abs(one.score - threshold)));
  return shown.map((row) => [surest(row), row]).sort(([a, x], [b, y]) => b - a || x.place - y.place).map(([, row]) => row);
}

function item(row, f, again) {
  const text = make("p", "text", row.text);
  text.dir = "auto";
  const words = make("div", "", text);
  if (row.previous || row.next) words.append(fold(row, text));
  const list = make("ul", "ticks");
  const decided = row.labels.filter((one) => one.outcome !== "neither");
  for (const one of decided) list.append(entry(row, one));
  if (!decided.length) list.append(make("li", "tick plain-tick", "no technique, and none predicted"));
  const others = row.labels.filter((one) => one.outcome === "neither" && (one.votes || one.score >= threshold / 2));
  if (others.length) list.append(make("li", "soft", `not predicted: ${others.map((one) => besides(row, one)).join(", ")}`));
  return make("article", "item", source(row, again), words, list);
}

function besides(row, one) {
  const votes = one.votes ? `, ticked by ${one.votes} of ${row.people}` : "";
  return `${techniques[one.label].name} (${one.score.toFixed(2)}${votes})`;
}

function entry(row, one) {
  const technique = techniques[one.label];
  const link = make("a", "term", technique.name);
  link.href = `#technique=${encodeURIComponent(technique.id)}`;
  const title = make("div", "", make("span", "score", one.score.toFixed(2)), link, make("span", "tag", NAMES[one.outcome]));
  const votes = row.people ? `ticked by ${one.votes} of ${row.people}` : "";
  return make("li", `tick ${one.outcome}`, title, make("div", "who", `${technique.group}${votes && ` · ${votes}`}`));
}

browse({ rows, parse, fits, order, item });

// The threshold

const points = JSON.parse(document.getElementById("curve").textContent);
const line = document.querySelector("line.moved");
const places = document.querySelector("polyline.f1").points;
const nearest = points.reduce((best, point, n) =>
  (Math.abs(point.threshold - threshold) < Math.abs(points[best].threshold - threshold) ? n : best), 0);

function move() {
  const point = points[range.value];
  const two = (value) => value.toFixed(2);
  document.getElementById("moved").textContent =
    `${two(point.threshold)}: precision ${two(point.precision)}, recall ${two(point.recall)}, micro-F1 ${two(point.f1)}`;
  const { x } = places[range.value];
  line.setAttribute("x1", x);
  line.setAttribute("x2", x);
  line.style.visibility = "visible";
}

range.value = nearest;
range.addEventListener("input", move);
document.getElementById("slider").hidden = false;
move();
