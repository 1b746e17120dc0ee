// Makes an annotation of a passage: the form of its kind, beside it. A highlight is sent at once.
import { settle } from "./typing.js";
import { activate, cardOf, current, later, marksOf, order, place, wide } from "./margin.js";
import { rangeOf } from "./passage.js";
import { article, hide, paint, passageAt, take } from "./selection.js";

const dialog = document.querySelector("#compose");

export function make(kind, passage, body = "") {
  const form = dialog?.querySelector(`form[data-kind="${kind}"]`);
  if (!form || !passage) return;
  for (const name of ["start", "end", "exact", "prefix", "suffix"]) form.elements[name].value = passage[name];
  hide();
  if (kind === "highlight") {
    form.requestSubmit();
    return;
  }
  const area = form.querySelector("[data-draft-url]");
  if (area) {
    const key = `passage-${passage.start}-${passage.end}`;
    form.elements.draft.value = key;
    area.dataset.draftUrl = area.dataset.draftUrl.replace(/[^/]*$/, key);
    if (body) area.value = body;
  }
  dialog.querySelectorAll("form").forEach((each) => (each.hidden = each !== form));
  dialog.querySelector("#compose-kind").textContent = kind;
  dialog.querySelector("#compose-words").textContent = passage.exact;
  dialog.className = `card ${kind === "note" ? "highlight" : kind}`;
  const top = rangeOf(article(), passage).getBoundingClientRect().top;
  dialog.dataset.top = top - document.querySelector(".side").getBoundingClientRect().top;
  closeSheet();
  if (dialog.open) dialog.close();
  if (wide.matches) dialog.show();
  else dialog.showModal();
  paint("pending", passage);
  place();
  dialog.scrollIntoView({ block: "nearest" });
  form.querySelector("textarea, input:not([type=hidden])").focus({ preventScroll: true });
}

export function resume({ dataset: { draft, body } }) {
  const [kind, start, end] = draft.split("-");
  if (kind === "passage") make("note", passageAt(start, end), body);
  else (cardOf(start) ?? document.querySelector(`#note-${start}`))?.scrollIntoView({ block: "center" });
}

function done() {
  take(null);
  getSelection().removeAllRanges();
  if (dialog.open) dialog.close();
}

dialog?.addEventListener("close", () => {
  paint("pending", null);
  dialog.removeAttribute("hx-morph-skip");
  later();
});
dialog?.addEventListener("click", (event) => {
  if (event.target.closest("[data-cancel]")) dialog.close();
});
dialog?.addEventListener("htmx:after:request", ({ detail, target }) => {
  const form = target.closest("form");
  if (!form || !(detail.ctx?.response?.status < 400)) return;
  settle(form);
  form.reset();
  form.querySelector(".problem").replaceChildren();
  form.querySelector(".saved").textContent = "";
  done();
});

// small screens: one annotation at a time; the margin itself moves into the sheet
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
