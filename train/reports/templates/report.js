const items = Array.from(document.querySelectorAll("[data-p]"),
  (item) => ({ item, score: Number(item.dataset.p), hidden: item.hidden }));
const range = document.getElementById("threshold");
const output = document.getElementById("threshold-value");
const standard = output.textContent;
range.addEventListener("input", () => {
  for (const { item, score } of items) item.hidden = score < range.valueAsNumber;
  output.textContent = range.valueAsNumber.toFixed(2);
});
document.getElementById("threshold-reset").addEventListener("click", () => {
  for (const { item, hidden } of items) item.hidden = hidden;
  range.value = range.defaultValue;
  output.textContent = standard;
});
document.getElementById("control").hidden = false;
