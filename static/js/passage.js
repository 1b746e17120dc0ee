// Passages: [start, end) in Unicode code points of the article's text, as the server counts them. The text content of
// #article is that text exactly: blocks carry data-start and are joined by one line feed.
export function points(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

// the UTF-16 index of a code point
export function units(text, point) {
  let index = 0;
  for (const char of text) {
    if (point-- <= 0) break;
    index += char.length;
  }
  return index;
}

// white space at the ends is not part of a passage; null if nothing else is in it
export function trim(chars, start, end) {
  while (start < end && /\s/u.test(chars[start])) start += 1;
  while (end > start && /\s/u.test(chars[end - 1])) end -= 1;
  return start < end ? { start, end } : null;
}

export function withContext(chars, { start, end }, around = 32) {
  return {
    start,
    end,
    exact: chars.slice(start, end).join(""),
    prefix: chars.slice(Math.max(0, start - around), start).join(""),
    suffix: chars.slice(end, end + around).join(""),
  };
}

export const characters = (article) => Array.from(article.textContent);

// a boundary in another block or outside of the text is clamped to this block
function within(block, node, offset) {
  const range = document.createRange();
  range.selectNodeContents(block);
  const place = range.comparePoint(node, offset);
  if (place < 0) return 0;
  if (place === 0) range.setEnd(node, offset);
  return points(range.toString());
}

export function passageOf(article, range) {
  const blocks = [...article.querySelectorAll("[data-start]")].filter((block) => range.intersectsNode(block));
  if (!blocks.length) return null;
  const first = blocks[0];
  const last = blocks[blocks.length - 1];
  const chars = characters(article);
  const start = Number(first.dataset.start) + within(first, range.startContainer, range.startOffset);
  const end = Number(last.dataset.start) + within(last, range.endContainer, range.endOffset);
  const found = trim(chars, start, end);
  return found && withContext(chars, found);
}

function place(article, point) {
  const blocks = [...article.querySelectorAll("[data-start]")];
  const block = blocks.findLast((each) => Number(each.dataset.start) <= point) ?? blocks[0];
  let left = point - Number(block.dataset.start);
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  for (let length; node && left > (length = points(node.data)); node = walker.nextNode()) left -= length;
  return node ? [node, units(node.data, left)] : [block, block.childNodes.length];
}

export function rangeOf(article, { start, end }) {
  const range = document.createRange();
  range.setStart(...place(article, start));
  range.setEnd(...place(article, end));
  return range;
}

// https://wicg.github.io/scroll-to-text-fragment/: the ends of a long passage are enough
export function textFragment(exact) {
  const clean = exact.replace(/\s+/gu, " ").trim();
  const encode = (words) => encodeURIComponent(words).replace(/-/g, "%2D");
  const words = clean.split(" ");
  if (clean.length <= 120 || words.length < 12) return `:~:text=${encode(clean)}`;
  return `:~:text=${encode(words.slice(0, 5).join(" "))},${encode(words.slice(-5).join(" "))}`;
}
