// The selected passage and the bar over it. Remembered, since a phone empties the selection when a button is tapped.
import { characters, passageOf, rangeOf, textFragment, withContext } from "./passage.js";
import { say } from "./typing.js";

const bar = document.querySelector("#toolbar");
export const article = () => document.querySelector("#article");
let last = null;

export const selected = () => last;
export const passageAt = (start, end) => withContext(characters(article()), { start: Number(start), end: Number(end) });

export function paint(name, passage) {
  if (!globalThis.CSS?.highlights) return;
  if (passage) CSS.highlights.set(name, new Highlight(rangeOf(article(), passage)));
  else CSS.highlights.delete(name);
}

export function take(passage) {
  last = passage;
  if (passage) show(rangeOf(article(), passage));
  else hide();
}

export function hide() {
  if (bar.matches(":popover-open")) bar.hidePopover();
}

function show(range) {
  if (!bar.matches(":popover-open")) bar.showPopover();
  if (matchMedia("(pointer: coarse)").matches) return;
  const rect = [...range.getClientRects()].at(-1) ?? range.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = bar;
  const below = rect.bottom + 10 + height < innerHeight;
  bar.style.left = `${Math.max(8, Math.min(rect.right - width / 2, innerWidth - width - 8))}px`;
  bar.style.top = `${below ? rect.bottom + 10 : Math.max(8, rect.top - height - 10)}px`;
}

export const follow = () => bar.matches(":popover-open") && show(rangeOf(article(), last));

function look() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) {
    if (!bar.contains(document.activeElement) && !bar.matches(":hover")) hide();
    return;
  }
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(article())) return;
  const passage = passageOf(article(), range);
  if (passage) take(passage);
}

let timer;
document.addEventListener("selectionchange", () => {
  clearTimeout(timer);
  timer = setTimeout(look, 180);
});

// a press on the bar must not take the selection away
bar.addEventListener("pointerdown", (event) => event.preventDefault());
bar.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...bar.querySelectorAll("button")];
  buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
});

// marks that arrive while one selects split the text under the selection
document.addEventListener("htmx:after:swap", () => {
  if (!last || !bar.matches(":popover-open")) return;
  getSelection().removeAllRanges();
  getSelection().addRange(rangeOf(article(), last));
});

async function copy(text, what) {
  // without TLS there is no clipboard
  await (navigator.clipboard?.writeText(text) ?? prompt(what, text));
  say(`${what} is copied.`);
}

export function cite(passage) {
  const source = document.querySelector("[data-citation]").dataset.citation;
  copy(passage ? `“${passage.exact}” ${source}` : source, "The citation");
}

export function link(passage) {
  const here = location.origin + location.pathname;
  copy(passage ? `${here}#${textFragment(passage.exact)}` : here, "The link");
}
