// Passages: [start, end) in code points, as the server counts. The text content of #article is the text exactly.
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
  const chars = characters(article);
  const at = (block, node, offset) => Number(block.dataset.start) + within(block, node, offset);
  const start = at(blocks[0], range.startContainer, range.startOffset);
  const found = trim(chars, start, at(blocks.at(-1), range.endContainer, range.endOffset));
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

// https://wicg.github.io/scroll-to-text-fragment/
export function textFragment(exact) {
  const clean = exact.replace(/\s+/gu, " ").trim();
  const encode = (words) => encodeURIComponent(words).replace(/-/g, "%2D");
  const words = clean.split(" ");
  if (clean.length <= 120 || words.length < 12) return `:~:text=${encode(clean)}`;
  return `:~:text=${encode(words.slice(0, 5).join(" "))},${encode(words.slice(-5).join(" "))}`;
}

// Tops of cards: near to where they are wanted, none over another; those before the pinned one make room upwards.
export function arrange(wanted, heights, gap = 10, pinned = -1) {
  const tops = [...wanted];
  for (let i = pinned - 1; i >= 0; i -= 1) tops[i] = Math.min(tops[i], tops[i + 1] - gap - heights[i]);
  for (let i = 0, least = 0; i < tops.length; i += 1) {
    tops[i] = Math.max(tops[i], least);
    least = tops[i] + heights[i] + gap;
  }
  return tops;
}
