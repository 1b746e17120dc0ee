// Every page: how it looks, times in the reader's zone, forms that keep what was typed and show what is wrong, toasts, keys that lead elsewhere.
import "./display.js";
import "./times.js";
import "./forms.js";
import "./toast.js";
import { listen } from "./keys.js";

const away = { l: "/", c: "/claims", p: "/speakers", d: "/dossiers" };

listen({
  "/": () => document.querySelector("#find")?.focus(),
  g: (_, next) => next((key) => away[key] && location.assign(away[key])),
});

// a form that came back filled in: to the first field that is wrong
document.querySelector("main [aria-invalid='true']")?.focus();
