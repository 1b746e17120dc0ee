// Where cards go: each as near to its passage as the others allow. Pure.
// wanted and heights are numbers in the cards' order; the card at `pinned` stands where it wants to if there is room
// above it for those before.
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
  // but not above the top of the margin
  for (let i = 0, least = 0; i < tops.length; i += 1) {
    tops[i] = Math.max(tops[i], least);
    least = tops[i] + heights[i] + gap;
  }
  return tops;
}
