// Nothing typed is lost: a card with a half-typed form is left alone by morphs, and drafts go to the server as they grow.
import { say } from "./toast.js";

const waiting = new Map();

export function soon(key, work, delay) {
  clearTimeout(waiting.get(key));
  waiting.set(key, setTimeout(work, delay));
}

const holder = (form) => form?.closest(".card, .note, dialog");

export function settle(form) {
  holder(form)?.removeAttribute("hx-morph-skip");
  form.querySelectorAll("[data-draft-url]").forEach((area) => clearTimeout(waiting.get(area)));
}

async function keep(area) {
  const url = area.dataset.draftUrl;
  const answer = await fetch(url, { method: "PUT", body: new URLSearchParams({ body: area.value }) }).catch(() => null);
  const saved = area.form?.querySelector(".saved");
  if (saved) saved.textContent = answer?.ok ? "Draft kept" : "The draft could not be kept";
}

document.addEventListener("input", ({ target }) => {
  if (target.form?.closest(".card, .note")) holder(target.form).setAttribute("hx-morph-skip", "");
  if (target.dataset.draftUrl) soon(target, () => keep(target), 300);
  if (target.dataset.complete) soon(target, () => complete(target), 150);
});

async function complete(input) {
  const answer = await fetch(`${input.dataset.complete}?q=${encodeURIComponent(input.value)}`).catch(() => null);
  if (answer?.ok && input.list) input.list.innerHTML = await answer.text();
}

// the form that was sent may be replaced by the answer; only a refusal leaves it half-typed
document.addEventListener("htmx:before:swap", ({ detail }) => {
  const form = detail.ctx?.sourceElement?.closest("form");
  if (form && detail.ctx.response?.status < 400) settle(form);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.form ?? event.target.closest?.("form");
  if (!form || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  if (event.key === "Escape") {
    const cancel = form.querySelector("[data-cancel]") ?? form.closest("dialog")?.querySelector("[data-cancel]");
    if (!cancel) return;
    event.preventDefault();
    settle(form);
    cancel.click();
    say("Closed. What you typed is kept as a draft.");
  }
});
