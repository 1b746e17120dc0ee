// Times known in UTC are shown in the reader's zone. An article's own time (.written) with its zone gets a title in the
// reader's zone; one without a zone stays as it is written, for nobody knows what it is here.
const long = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const hour = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

export function zoned(iso) {
  return /T.*(Z|[+-]\d\d:?\d\d)$/.test(iso);
}

function show(time) {
  const iso = time.getAttribute("datetime") ?? "";
  if (!zoned(iso)) return;
  const date = new Date(iso);
  if (time.matches(".written")) {
    time.title = `${long.format(date)} where you are`;
    return;
  }
  const today = date.toDateString() === new Date().toDateString();
  const text = (today ? hour : long).format(date);
  if (time.textContent === text) return;
  time.title = time.textContent;
  time.textContent = text;
}

function all() {
  document.querySelectorAll("time[datetime]").forEach(show);
}

all();
document.addEventListener("htmx:after:swap", all);
