// What happened, said in the status line; and toasts, which go by themselves unless looked at.
class Toast extends HTMLElement {
  connectedCallback() {
    this.leave();
    this.addEventListener("mouseenter", () => clearTimeout(this.timer));
    this.addEventListener("focusin", () => clearTimeout(this.timer));
    this.addEventListener("mouseleave", () => this.leave());
    this.addEventListener("submit", () => setTimeout(() => this.remove(), 50));
  }
  leave() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.remove(), 9000);
  }
}
customElements.define("q-toast", Toast);

export function say(text) {
  const status = document.querySelector("#status");
  if (status) status.textContent = text;
  else toast(text);
}

export function toast(text) {
  const element = document.createElement("q-toast");
  element.className = "toast";
  const line = document.createElement("p");
  line.textContent = text;
  element.append(line);
  document.querySelector("#toasts")?.append(element);
}

const lost = "That was not saved: the server does not answer. What you typed is still here; try again.";
document.addEventListener("htmx:error", () => toast(lost));
document.addEventListener("htmx:after:request", ({ detail }) => {
  if (detail.ctx?.response?.status >= 500) toast(lost);
});
