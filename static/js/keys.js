// Single keys: one listener, and a table from each module. They rest while one types, composes or holds a modifier, and
// where the person turned them off (WCAG 2.1.4).
const table = new Map();
let chord = null;

export function listen(keys) {
  for (const [key, action] of Object.entries(keys)) table.set(key, action);
}

// whether a key belongs to the page and not to a field, a menu or the browser
export function ours({ key, target, isComposing, ctrlKey, metaKey, altKey, defaultPrevented }, on = "on") {
  if (defaultPrevented || isComposing || ctrlKey || metaKey || altKey) return false;
  if (target?.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return false;
  return key.length > 1 || on === "on";
}

globalThis.document?.addEventListener("keydown", (event) => {
  if (!ours(event, document.documentElement.dataset.keys) || document.querySelector("dialog:modal, .menu:popover-open")) return;
  if (chord) {
    const action = chord;
    chord = null;
    if (action(event.key) !== undefined) event.preventDefault();
    return;
  }
  const action = table.get(event.key);
  if (!action) return;
  const next = (following) => {
    chord = following;
    setTimeout(() => (chord = null), 1500);
  };
  if (action(event, next) !== false) event.preventDefault();
});
