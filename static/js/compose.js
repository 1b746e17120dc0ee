// Makes an annotation of a passage: shows the form of the kind beside it (a sheet on small screens), fills in where it is.
// A highlight needs no form and is sent at once.
import { settle } from "./forms.js";
import { later, place, wide } from "./margin.js";
import { rangeOf } from "./passage.js";
import { article, hide, paint, take } from "./selection.js";
import { closeSheet } from "./sheet.js";

const dialog = document.querySelector("#compose");
const names = { note: "Note", quote: "Quote", claim: "Claim", highlight: "Highlight" };

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
  dialog.querySelector("#compose-kind").textContent = names[kind];
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
// the answer of a write that was taken: the form is empty again
dialog?.addEventListener("htmx:after:request", ({ detail, target }) => {
  const form = target.closest("form");
  if (!form || !(detail.ctx?.response?.status < 400)) return;
  settle(form);
  form.reset();
  form.querySelector(".problem").replaceChildren();
  form.querySelector(".saved").textContent = "";
  done();
});
