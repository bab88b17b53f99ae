// Dialogs: what is swapped into #modal opens as a modal, closes when saved, gives the focus back.
//   data-close              closes the dialog; a link, so that it leads to the list without this
//   data-return-url         where closing leads when the dialog is a page of its own
//   data-address            the dialog's own URL, shown while it is open: it can be sent and reloaded

import { toasts } from "./toasts.js";
import { askToDiscard, forget, hasChanges, watch } from "./unsaved.js";

const FIELD = "input:not([type=hidden], :disabled), select:enabled, textarea:enabled";
const STARTS = ["[aria-invalid=true]", "[autofocus]", FIELD, ".button-primary", ".dialog-foot a"];

const modal = () => document.getElementById("modal");
const dialog = () => document.querySelector("#modal > dialog");
let opener = null;
let replaced = null;
let pageAddress = null;

export function openDialog() {
  const opened = dialog();
  if (!opened || opened.matches(":modal")) return;
  opened.removeAttribute("open");
  opened.showModal();
  opened.append(toasts); // what lies outside a modal dialog can be neither read nor clicked
  for (const link of opened.querySelectorAll("a[data-close]")) link.role = "button";
  start(opened)?.focus();
  // htmx would take the focus there when it settles, away from a field that was refused.
  for (const field of opened.querySelectorAll("[autofocus]")) field.autofocus = false;
  watch(opened);
  showAddress(opened.dataset.address);
  opened.addEventListener("cancel", (event) => leave(event, opened));
  opened.addEventListener("close", () => afterClose(opened), { once: true });
}

function showAddress(address) {
  if (!address || "page" in modal().dataset) return;
  pageAddress ??= location.href;
  history.replaceState(history.state, "", address);
}

// Closes a dialog, unless it has changes and the reader wants to keep them.
async function leave(event, opened) {
  event.preventDefault();
  if (hasChanges(opened) && !(await askToDiscard())) return;
  forget(opened);
  opened.close();
}

function start(opened) {
  for (const selector of STARTS) {
    const visible = [...opened.querySelectorAll(selector)].find((found) => found.checkVisibility());
    if (visible) return visible;
  }
  return null;
}

function afterClose(closed) {
  document.body.append(toasts);
  if ("page" in modal().dataset) {
    location.assign(closed.dataset.returnUrl);
    return;
  }
  closed.remove();
  if (pageAddress) history.replaceState(history.state, "", pageAddress);
  pageAddress = null;
  focusAgain(opener);
  opener = null;
}

// A list may have been refreshed meanwhile: the focus goes to the element's successor.
function focusAgain(element) {
  const found = element?.isConnected ? element : successor(element);
  (found ?? document.getElementById("content")).focus();
}

function successor(element) {
  for (const name of ["id", "href", "formaction", "value"]) {
    const value = element?.getAttribute(name);
    const selector = `${element?.localName}[${name}="${CSS.escape(value ?? "")}"]`;
    const found = value && document.querySelector(selector);
    if (found) return found;
  }
  return null;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]") && dialog()?.matches(":modal")) leave(event, dialog());
});

// Before the browser's own handling, which closes at the second Escape whatever a page says.
document.addEventListener("keydown", (event) => {
  const opened = event.target.closest?.("dialog");
  if (event.key === "Escape" && opened === dialog() && hasChanges(opened)) leave(event, opened);
});

window.addEventListener("beforeunload", (event) => {
  if (hasChanges(dialog())) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches("a[role=button]")) return;
  event.preventDefault();
  event.target.click();
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target === modal() && !dialog()) opener = detail.elt;
});

document.addEventListener("htmx:beforeSwap", ({ detail: { shouldSwap, target } }) => {
  if (!shouldSwap) return;
  if (target === modal()) document.body.append(toasts);
  else if (target.contains(document.activeElement)) replaced = document.activeElement;
});

document.addEventListener("htmx:afterSwap", () => {
  const lost = replaced && !replaced.isConnected && document.activeElement === document.body;
  if (lost) focusAgain(replaced);
  replaced = null;
});

document.addEventListener("htmx:afterRequest", ({ detail: { elt, requestConfig, xhr } }) => {
  const isSave = xhr.status === 204 && requestConfig.verb !== "get";
  if (!isSave || xhr.getResponseHeader("HX-Redirect") || !dialog()?.contains(elt)) return;
  forget(dialog());
  dialog().close();
});
