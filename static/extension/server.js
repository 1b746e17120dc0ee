// What is said to the server: always with the token, never with cookies.
export async function settings() {
  return { address: "", token: "", ...(await chrome.storage.local.get(["address", "token"])) };
}

export function send(server, page) {
  const form = new FormData();
  form.append("file", new File([page.html], "page.html", { type: "text/html" }));
  for (const name of ["url", "title", "quote"]) form.append(name, page[name] ?? "");
  return ask(server, { method: "POST", body: form });
}

export const test = (server) => ask(server, {});

async function ask({ address, token }, options) {
  let answer;
  try {
    const headers = { Authorization: `Bearer ${token}`, Accept: "application/json" };
    answer = await fetch(`${address}/api/capture`, { ...options, headers, credentials: "omit", redirect: "error" });
  } catch {
    throw new Error(`${address} does not answer, or this extension may not ask it: save its options again.`);
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  if (answer.status === 401) throw new Error("The server does not know this token. Make a new one in your account there.");
  throw new Error(said.error ?? `The server answered with status ${answer.status}.`);
}
