// A choice in the display menu shows at once; htmx sends it to the server, which renders it from then on.
const form = document.querySelector("#display");

form?.addEventListener("change", ({ target }) => {
  const { dataset } = document.documentElement;
  if (target.name === "single_keys") dataset.keys = target.checked ? "on" : "off";
  else if (target.name) dataset[target.name] = target.value;
  dispatchEvent(new Event("resize"));
});
