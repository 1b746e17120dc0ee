// Tells the page that opened this window what came of it, at that page's own origin and no other.
const { code, state, origin } = document.querySelector("[data-code]").dataset;
if (window.opener) {
  window.opener.postMessage({ type: "authorization_response", code, state }, origin);
  window.close();
}
