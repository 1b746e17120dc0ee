// Cards beside their passages, none over another. All sizes are read before any place is written.
import { arrange } from "./passage.js";

export const wide = matchMedia("(min-width: 60.01rem)");
const margin = () => document.querySelector("#margin");
const compose = document.querySelector("#compose");
let active = null;
let marks = new Map();

function mapMarks() {
  marks = new Map();
  for (const mark of document.querySelectorAll("#article mark[data-ids]")) {
    for (const id of mark.dataset.ids.split(" ")) {
      if (marks.has(id)) marks.get(id).push(mark);
      else marks.set(id, [mark]);
    }
  }
}

export const marksOf = (id) => marks.get(String(id)) ?? [];
export const cardOf = (id) => document.querySelector(`#card-${CSS.escape(id)}`);
export const order = () => [...margin().querySelectorAll(".card[data-id]")].map((card) => card.dataset.id);
export const current = () => active;

export function activate(id, { scroll = false } = {}) {
  document.querySelectorAll(".hl.active, .card.active").forEach((each) => each.classList.remove("active"));
  active = id && cardOf(id) ? String(id) : null;
  if (active) {
    cardOf(active).classList.add("active");
    marksOf(active).forEach((mark) => mark.classList.add("active"));
    if (scroll) marksOf(active)[0]?.scrollIntoView({ block: "center" });
  }
  place();
}

export function place() {
  const aside = margin();
  const side = aside.closest(".side");
  if (!side || !wide.matches || !side.offsetParent) {
    aside.classList.remove("placed");
    aside.style.height = "";
    return;
  }
  aside.classList.add("placed");
  const zero = side.getBoundingClientRect().top;
  const items = [...aside.children].map((card) => {
    const mark = marksOf(card.dataset.id)[0];
    return { card, want: mark ? mark.getClientRects()[0].top - zero - 8 : 0, height: card.offsetHeight };
  });
  items.sort((a, b) => a.want - b.want);
  const pinned = items.findIndex(({ card }) => card.dataset.id === active);
  const tops = arrange(items.map((i) => i.want), items.map((i) => i.height), 10, pinned);
  items.forEach(({ card }, i) => (card.style.top = `${Math.round(tops[i])}px`));
  if (compose?.open) compose.style.top = `${Math.round(compose.dataset.top)}px`;
  const end = items.length ? tops[items.length - 1] + items[items.length - 1].height : 0;
  aside.style.height = `${Math.round(end)}px`;
}

let frame = 0;
export const later = () => {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(place);
};

const sizes = new ResizeObserver(later);
function watch() {
  mapMarks();
  sizes.disconnect();
  sizes.observe(document.querySelector("#article"));
  for (const card of margin().children) sizes.observe(card);
  activate(active);
}

document.addEventListener("htmx:after:swap", () => {
  const status = document.querySelector("#status[data-active]");
  if (status) active = status.dataset.active;
  status?.removeAttribute("data-active");
  watch();
});
addEventListener("resize", later);
wide.addEventListener("change", later);
document.fonts?.ready.then(later);
document.addEventListener("focusin", ({ target }) => {
  const card = target.closest("#margin .card[data-id]");
  if (card && card.dataset.id !== active) activate(card.dataset.id);
});
watch();
