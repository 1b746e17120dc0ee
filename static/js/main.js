// Every page: how it looks, times in the reader's zone, keys that lead elsewhere.
import { listen } from "./typing.js";

const away = { l: "/", c: "/claims", p: "/speakers" };
listen({
  "/": () => document.querySelector("#find")?.focus(),
  g: (_, next) => next(({ key }) => away[key] && location.assign(away[key])),
});

// a choice shows at once; the server renders it from then on
document.querySelector("#display")?.addEventListener("change", ({ target: { name, type, checked, value } }) => {
  document.documentElement.dataset[name === "single_keys" ? "keys" : name] = type === "radio" ? value : checked ? "on" : "off";
  dispatchEvent(new Event("resize"));
});

// an article's own time (.written) stays as it stands there, with ours beside it if it names its zone
const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
function times() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const date = new Date(time.dateTime);
    if (time.title || !/T.*(Z|[+-]\d\d:?\d\d)$/.test(time.dateTime)) continue;
    const here = format.format(date);
    const written = time.matches(".written");
    time.title = written ? `${here} where you are` : time.textContent;
    if (!written) time.textContent = here;
  }
}
times();
document.addEventListener("htmx:after:swap", times);

// a form that came back filled in: to the first field that is wrong
document.querySelector("main [aria-invalid='true']")?.focus();
