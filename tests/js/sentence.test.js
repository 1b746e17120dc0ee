// Sentences of a block, in code points of the whole text.
import assert from "node:assert/strict";
import test from "node:test";

globalThis.document = { querySelector: () => ({ addEventListener() {}, dataset: {} }), querySelectorAll: () => [], addEventListener() {} };
globalThis.customElements = { define() {} };
globalThis.HTMLElement = class {};
const { sentences } = await import("../../static/js/sentence.js");

test("sentences are counted in code points from where the block starts, without the blanks between them", () => {
  const text = "😀 It rained. Nobody came!  Why?";
  const found = sentences(text, 100);
  const chars = Array.from(text);
  assert.deepEqual(found.map(({ start, end }) => chars.slice(start - 100, end - 100).join("")), ["😀 It rained.", "Nobody came!", "Why?"]);
});
