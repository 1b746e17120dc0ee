// Where cards go: each as near to its passage as the others allow. Pure.
// wanted and heights are numbers in the cards' order; the card at `pinned` stands exactly where it wants to.
export function arrange(wanted, heights, gap = 10, pinned = -1) {
  const tops = new Array(wanted.length);
  let floor = -Infinity;
  const from = Math.max(pinned, 0);
  for (let i = from; i < wanted.length; i += 1) {
    tops[i] = Math.max(wanted[i], floor);
    floor = tops[i] + heights[i] + gap;
  }
  floor = -Infinity;
  for (let i = 0; i < from; i += 1) {
    tops[i] = Math.max(wanted[i], floor);
    floor = tops[i] + heights[i] + gap;
  }
  // those before the pinned card make room upwards
  for (let i = from - 1, ceiling = tops[from] - gap; i >= 0; i -= 1) {
    tops[i] = Math.min(tops[i], ceiling - heights[i]);
    ceiling = tops[i] - gap;
  }
  return tops;
}
