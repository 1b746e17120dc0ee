// The toolbar button, its shortcut and the menu: each sends the page of the tab and opens the reader with the article.
import { readPage } from "./page.js";
import { send, settings } from "./server.js";

chrome.runtime.onInstalled.addListener(({ reason }) => {
  chrome.contextMenus.removeAll(() =>
    chrome.contextMenus.create({ id: "capture", title: "Save to Quotidian", contexts: ["page", "selection"] }),
  );
  if (reason === "install") chrome.runtime.openOptionsPage();
});
chrome.action.onClicked.addListener((tab) => capture(tab));
chrome.contextMenus.onClicked.addListener((info, tab) => capture(tab, info.selectionText));

async function capture(tab, selected = "") {
  show(tab, "…", "#5b6470", "Sending this page to Quotidian");
  try {
    const server = await settings();
    if (!server.token) {
      chrome.runtime.openOptionsPage();
      throw new Error("Give the address of your server and a token first.");
    }
    const page = await pageOf(tab);
    const answer = await send(server, { ...page, quote: page.quote || selected });
    const there = new URL(answer.url);
    await chrome.tabs.create({ url: server.address + there.pathname + there.hash, index: tab.index + 1 });
    show(tab, "✓", "#1d7044", answer.created ? "Saved to Quotidian" : "Quotidian had this article already");
    if (page.quote && !answer.highlight) notify("The selected words do not stand in the text that was kept: they are a note on it.");
  } catch (error) {
    show(tab, "!", "#a8321f", error.message);
    notify(error.message);
  }
}

async function pageOf(tab) {
  try {
    const [{ result }] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, func: readPage });
    return result;
  } catch {
    throw new Error("The browser lets no extension read this page.");
  }
}

function show(tab, text, color, title) {
  const told = [
    chrome.action.setBadgeText({ tabId: tab.id, text }),
    chrome.action.setBadgeBackgroundColor({ tabId: tab.id, color }),
    chrome.action.setTitle({ tabId: tab.id, title }),
  ];
  return Promise.allSettled(told); // the tab may be gone by now
}

function notify(message) {
  const iconUrl = chrome.runtime.getURL("icons/128.png");
  chrome.notifications.create({ type: "basic", iconUrl, title: "Quotidian", message }).catch(() => {});
}
