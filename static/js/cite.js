// Copies a citation of the article, or a link that opens at the passage.
import { textFragment } from "./passage.js";
import { say } from "./toast.js";

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text }); // without TLS there is no clipboard
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

async function copied(text, what) {
  await copy(text).then(() => say(`${what} is copied.`), () => say(`${what} could not be copied.`));
}

export function citation(passage) {
  const source = document.querySelector("[data-citation]").dataset.citation;
  return copied(passage ? `“${passage.exact}” ${source}` : source, "The citation");
}

export function link(passage) {
  const here = location.origin + location.pathname;
  return copied(passage ? `${here}#${textFragment(passage.exact)}` : here, "The link");
}
