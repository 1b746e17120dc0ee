// Code points, white space, text fragments, the places of cards: what the scripts compute without a page.
import assert from "node:assert/strict";
import test from "node:test";
import { arrange, points, textFragment, trim, units, withContext } from "../../static/js/passage.js";

test("an emoji is one code point, whatever UTF-16 makes of it", () => {
  assert.equal(points("a😀b"), 3);
  assert.equal(points("👩🏽‍⚖️"), 5);
  assert.equal(units("a😀b", 2), 3);
  assert.equal(units("a😀b", 9), 4);
});

test("a passage has no white space at its ends, and one of white space alone is none", () => {
  const chars = Array.from("one two\n\nthree");
  assert.deepEqual(trim(chars, 3, 9), { start: 4, end: 7 });
  assert.equal(trim(chars, 7, 9), null);
});

test("a passage comes with the words before and after it", () => {
  const chars = Array.from("😀 one two three");
  assert.deepEqual(withContext(chars, { start: 2, end: 5 }, 4), { start: 2, end: 5, exact: "one", prefix: "😀 ", suffix: " two" });
});

test("a link names a short passage whole and a long one by its ends", () => {
  assert.equal(textFragment("well-known, said she"), ":~:text=well%2Dknown%2C%20said%20she");
  const long = Array.from({ length: 40 }, (_, n) => `word${n}`).join(" ");
  assert.equal(
    textFragment(long),
    ":~:text=word0%20word1%20word2%20word3%20word4,word35%20word36%20word37%20word38%20word39",
  );
});

test("cards never lie over each other nor above the margin, and the pinned one stands where it wants to", () => {
  let seed = 7;
  const random = (limit) => (seed = (seed * 48271) % 2147483647) % limit;
  for (let round = 0; round < 300; round += 1) {
    const wanted = Array.from({ length: 1 + random(12) }, () => random(900)).sort((a, b) => a - b);
    const heights = wanted.map(() => 20 + random(120));
    const pinned = random(wanted.length);
    const tops = arrange(wanted, heights, 10, pinned);
    tops.forEach((top, i) => assert.ok(top >= (i ? tops[i - 1] + heights[i - 1] + 10 : 0)));
    const before = heights.slice(0, pinned).reduce((sum, height) => sum + height + 10, 0);
    assert.equal(tops[pinned], Math.max(wanted[pinned], before));
  }
});
