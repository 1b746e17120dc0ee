// Nothing typed is lost: morphs leave an open form alone, drafts go to the server. Toasts; single keys.
const waiting = new Map();

function soon(field, work, delay) {
  clearTimeout(waiting.get(field));
  waiting.set(field, setTimeout(work, delay, field));
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
  if (target.dataset.draftUrl) soon(target, keep, 300);
  if (target.dataset.complete) soon(target, complete, 150);
});

async function complete(input) {
  const answer = await fetch(`${input.dataset.complete}?q=${encodeURIComponent(input.value)}`).catch(() => null);
  if (answer?.ok && input.list) input.list.innerHTML = await answer.text();
}

document.addEventListener("htmx:after:swap", ({ detail }) => {
  holder(detail.ctx?.target?.querySelector(".card form.stack"))?.setAttribute("hx-morph-skip", "");
});

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

class Toast extends HTMLElement {
  connectedCallback() {
    const leave = (delay) => setTimeout(() => (this.matches(":hover, :focus-within") ? leave(3000) : this.remove()), delay);
    leave(9000);
    this.addEventListener("submit", () => setTimeout(() => this.remove()));
  }
}
customElements.define("q-toast", Toast);

export function say(text) {
  const status = document.querySelector("#status");
  if (status) status.textContent = text;
  else toast(text);
}

export function toast(text) {
  const line = Object.assign(document.createElement("p"), { textContent: text });
  const box = Object.assign(document.createElement("q-toast"), { className: "toast" });
  box.append(line);
  document.querySelector("#toasts").append(box);
}

const lost = "That was not saved: the server does not answer. What you typed is still here; try again.";
document.addEventListener("htmx:error", () => toast(lost));
document.addEventListener("htmx:after:request", ({ detail }) => {
  if (detail.ctx?.response?.status >= 500) toast(lost);
});

// single keys rest while one types or holds a modifier, and where they are turned off (WCAG 2.1.4)
const table = new Map();
let chord = null;

export function listen(keys) {
  for (const [key, action] of Object.entries(keys)) table.set(key, action);
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  if (key.length === 1 && document.documentElement.dataset.keys === "off") return;
  if (document.querySelector("dialog:modal, .menu:popover-open")) return;
  const action = chord ?? table.get(key);
  chord = null;
  if (action && action(event, (next) => (chord = next)) !== false) event.preventDefault();
});
