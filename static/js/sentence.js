// Selecting by keyboard: the sentence in view; arrows move it, with Shift they make it longer.
import { points, rangeOf, trim } from "./passage.js";
import { article, paint, passageAt, selected, take } from "./selection.js";

let at = null;

// [start, end) of every sentence of one block, in code points of the text. Pure.
export function sentences(text, from, language = "en") {
  const found = [];
  let start = from;
  for (const { segment } of new Intl.Segmenter(language, { granularity: "sentence" }).segment(text)) {
    const end = start + points(segment);
    const clean = trim(Array.from(segment), 0, end - start);
    if (clean) found.push({ start: start + clean.start, end: start + clean.end });
    start = end;
  }
  return found;
}

function every() {
  const language = article().lang || "en";
  return [...article().querySelectorAll("[data-start]")].flatMap((block) =>
    sentences(block.textContent, Number(block.dataset.start), language),
  );
}

function show({ list, from, to }) {
  const passage = passageAt(list[from].start, list[to].end);
  paint("sentence", passage);
  const range = rangeOf(article(), passage);
  const { top, bottom } = range.getBoundingClientRect();
  if (top < 60 || bottom > innerHeight - 90) range.startContainer.parentElement.scrollIntoView({ block: "center" });
  take(passage);
}

export function start() {
  const list = every();
  if (!list.length) return;
  const near = selected()?.start;
  const visible = list.findIndex((one) => rangeOf(article(), one).getBoundingClientRect().top > 80);
  const index = near === undefined ? Math.max(visible, 0) : Math.max(list.findLastIndex((one) => one.start <= near), 0);
  at = { list, from: index, to: index };
  show(at);
}

export function stop() {
  at = null;
  paint("sentence", null);
}

export function move({ key, shiftKey }) {
  if (!at) return false;
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[key];
  const limit = at.list.length - 1;
  if (shiftKey) at.to = Math.min(limit, Math.max(at.from, at.to + step));
  else at.from = at.to = Math.min(limit, Math.max(0, (step > 0 ? at.to : at.from) + step));
  show(at);
  return true;
}
