// Where to send pages, and with which token. To save asks the browser for leave to talk to that one server.
import { settings, test } from "./server.js";

const form = document.querySelector("#options");
const said = document.querySelector("#said");

function say(message, kind = "bad") {
  said.textContent = message;
  said.className = kind;
}

function typed() {
  const { protocol, origin } = new URL(form.address.value.trim());
  if (!/^https?:$/.test(protocol)) throw new Error("The address begins with https:// or http://.");
  return { address: origin, token: form.token.value.trim() };
}

async function done(work) {
  try {
    await work();
  } catch (error) {
    say(error.message);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  done(async () => {
    const server = typed();
    const { protocol, hostname } = new URL(server.address);
    if (!(await chrome.permissions.request({ origins: [`${protocol}//${hostname}/*`] })))
      throw new Error("Not saved: the browser did not get leave to talk to this server.");
    await chrome.storage.local.set(server);
    form.address.value = server.address;
    say("Saved.", "good");
  });
});

document.querySelector("#test").addEventListener("click", () =>
  done(async () => {
    if (!form.reportValidity()) return;
    const { name, scope } = await test(typed());
    if (scope !== "write") throw new Error(`This token of ${name} may only read. Make one that may read and write.`);
    say(`It works: articles will be added as ${name}.`, "good");
  }),
);

const known = await settings();
form.address.value = known.address;
form.token.value = known.token;
