// Dialogs: what is swapped into #modal opens as a modal, closes when saved, gives the focus back.
//   data-close              closes the dialog; a link, so that it leads to the list without this
//   data-return-url         where closing leads when the dialog is a page of its own

import { toasts } from "./toasts.js";

const FIELD = "input:not([type=hidden], :disabled), select:enabled, textarea:enabled";
const STARTS = ["[aria-invalid=true]", "[autofocus]", FIELD, ".button-primary", ".dialog-foot a"];

const modal = () => document.getElementById("modal");
const dialog = () => document.querySelector("#modal > dialog");
let opener = null;
let replaced = null;

export function openDialog() {
  const opened = dialog();
  if (!opened || opened.matches(":modal")) return;
  opened.removeAttribute("open");
  opened.showModal();
  opened.append(toasts); // what lies outside a modal dialog can be neither read nor clicked
  for (const link of opened.querySelectorAll("a[data-close]")) link.role = "button";
  start(opened)?.focus();
  opened.addEventListener("close", () => afterClose(opened), { once: true });
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
  if (!event.target.closest("[data-close]") || !dialog()?.matches(":modal")) return;
  event.preventDefault();
  dialog().close();
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
  if (isSave && !xhr.getResponseHeader("HX-Redirect") && dialog()?.contains(elt)) dialog().close();
});
