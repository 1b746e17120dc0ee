// Runs in the page itself, so it may use nothing from outside: the page as it now stands, whatever wrote it.
export function readPage() {
  const type = document.doctype ? `${new XMLSerializer().serializeToString(document.doctype)}\n` : "";
  return {
    html: type + document.documentElement.outerHTML,
    url: location.href,
    title: document.title,
    quote: String(getSelection()).trim(),
  };
}
