// On small screens: one annotation at a time in a sheet at the bottom. The margin itself moves in and out of it, so that
// ids stay unique and answers of the server find it.
import { activate, current, marksOf, order, wide } from "./margin.js";

const sheet = document.querySelector("#sheet");
const body = document.querySelector("#sheet-body");
const side = document.querySelector(".side");

export function openSheet(id) {
  activate(id);
  if (wide.matches) return;
  body.append(document.querySelector("#margin"));
  if (!sheet.open) sheet.showModal();
  activate(id);
  marksOf(id)[0]?.scrollIntoView({ block: "start" });
  const ids = order();
  document.querySelector("#sheet-place").textContent = `${ids.indexOf(String(id)) + 1} of ${ids.length}`;
}

export function closeSheet() {
  if (sheet.open) sheet.close();
}

sheet.addEventListener("close", () => {
  side.prepend(document.querySelector("#margin"));
  activate(null);
});
sheet.addEventListener("click", (event) => {
  const step = Number(event.target.closest("[data-step]")?.dataset.step ?? 0);
  const ids = order();
  if (step) openSheet(ids.at((ids.indexOf(current()) + step) % ids.length));
  if (event.target === sheet) sheet.close();
});
document.addEventListener("click", ({ target }) => target.closest?.("[data-close]")?.closest("dialog").close());
addEventListener("beforeprint", closeSheet);
wide.addEventListener("change", closeSheet);
