// The reader's page: what clicks and keys do.
import { closeSheet, make, openSheet, resume } from "./panels.js";
import { listen } from "./typing.js";
import { activate, cardOf, current, marksOf, order } from "./margin.js";
import { cite, follow, link, passageAt, selected, take } from "./selection.js";

let sentence = null; // what moves the picked sentence, once its module was asked for
const stop = () => sentence?.stop();

// the selection, or else the passage of the active card
function passage() {
  if (selected()) return selected();
  const { start: from, end: to } = cardOf(current() ?? "")?.dataset ?? {};
  return to ? passageAt(from, to) : null;
}

function step(by, suits = () => true) {
  const ids = order();
  const here = current() ? ids.indexOf(current()) : Math.min(-by, 0);
  const round = ids.map((_, n) => ids.at((here + by * (n + 1)) % ids.length));
  const id = round.find((each) => suits(cardOf(each)));
  if (!id) return;
  openSheet(id);
  activate(id, { scroll: true });
}
const open = (card) => card.matches(".claim") && card.dataset.verdict === "unverified";

function press(key) {
  const buttons = cardOf(current() ?? "")?.querySelectorAll(`[data-key="${key}"]`) ?? [];
  const button = [...buttons].find((each) => each.offsetParent);
  return button ? button.click() : false;
}

function doIt(kind) {
  stop();
  if (kind === "citation") cite(passage());
  else if (kind === "link") link(passage());
  else make(kind, selected());
}
const making = (key, kind) => () => (selected() ? doIt(kind) : press(key));

function leave() {
  if (selected()) {
    stop();
    take(null);
    getSelection().removeAllRanges();
  } else if (current()) activate(null);
  else return false;
  return true;
}

const move = (event) => sentence?.move(event) ?? false;

listen({
  j: () => step(1), k: () => step(-1), "]": () => step(1, open), "[": () => step(-1, open),
  n: making("n", "note"), c: making("c", "claim"), q: making("q", "quote"), h: making("h", "highlight"),
  s: () => import("./sentence.js").then((module) => (sentence = module).start()),
  ArrowDown: move, ArrowUp: move, ArrowRight: move, ArrowLeft: move, Escape: leave,
  Enter: ({ target }) => !target.closest("a, button, summary, input") && focusCard(),
  ...Object.fromEntries([..."etvlx.-"].map((key) => [key, () => press(key)])),
  z: () => [...document.querySelectorAll("#toasts [data-undo]")].at(-1)?.click(),
  y: () => doIt("citation"), Y: () => doIt("link"),
  m: () => document.querySelector(".reader").classList.toggle("no-margin"),
  "?": () => document.querySelector("#help").showModal(),
});

function focusCard() {
  const card = cardOf(current() ?? "");
  card?.querySelector("a, button")?.focus();
  return Boolean(card);
}

document.addEventListener("click", (event) => {
  const { target } = event;
  const mark = target.closest("#article mark");
  const made = target.closest("[data-make]");
  const led = target.closest("#outline [data-card], #article .ref, #margin .card > header .kind");
  const draft = target.closest("[data-draft]");
  if (made) doIt(made.dataset.make);
  else if (led) {
    const id = led.dataset.card ?? (led.matches(".ref") ? led.hash.slice("#card-".length) : led.closest(".card").dataset.id);
    event.preventDefault();
    if (led.closest("#sheet")) closeSheet();
    else openSheet(id);
    activate(id, { scroll: !led.matches(".ref") });
  } else if (mark && getSelection().isCollapsed) openSheet(mark.dataset.ids.split(" ")[0]);
  else if (draft) resume(draft);
  else if (target.closest("#margin .card[data-id]")) activate(target.closest(".card[data-id]").dataset.id);
});

document.querySelectorAll('[data-key="y"]').forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => cite());
});
const linked = location.hash.match(/^#(?:card|m)-(\d+)/)?.[1];
if (linked && marksOf(linked).length) activate(linked, { scroll: true });
addEventListener("scroll", follow, { passive: true });
