// What pages need beyond htmx: dialogs, toasts, row selection, dependent fields, copying.
// Everything is found by attribute, so fragments need no set-up of their own:
//   #modal > dialog            opened as a modal when it is swapped in
//   data-close                 closes the dialog
//   data-show-when="a=x|y"     a form row shown while field a is x or y
//   data-requires="one|some"   a tool enabled by the rows selected in its listing
//   data-select-all            selects all rows
//   data-copy="#id"            copies the text of that element

const toasts = document.getElementById("toasts");
const modal = () => document.getElementById("modal");
const dialog = () => document.querySelector("#modal > dialog");

// Dialogs

let opener = null;

function openDialog() {
  const opened = dialog();
  if (!opened || opened.matches(":modal")) return;
  opened.removeAttribute("open");
  opened.showModal();
  opened.append(toasts); // what lies outside a modal dialog can be neither read nor clicked
  for (const link of opened.querySelectorAll("a[data-close]")) link.role = "button";
  const field = "input:not([type=hidden], :disabled), select:enabled, textarea:enabled";
  const start = ["[aria-invalid=true]", "[autofocus]", field, ".button-primary", ".dialog-foot a"]
    .map((selector) => [...opened.querySelectorAll(selector)].find((found) => found.checkVisibility()))
    .find(Boolean);
  start?.focus();
  opened.addEventListener("close", () => afterClose(opened), { once: true });
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

// The list behind a dialog may have been refreshed: look for the element's successor.
function focusAgain(element) {
  const found = element?.isConnected ? element : successor(element);
  (found ?? document.getElementById("content"))?.focus();
}

function successor(element) {
  if (!element) return null;
  for (const name of ["id", "href", "formaction", "hx-get", "value"]) {
    const value = element.getAttribute(name);
    const selector = `${element.localName}[${name}="${CSS.escape(value ?? "")}"]`;
    const found = value && document.querySelector(selector);
    if (found) return found;
  }
  return null;
}

// Toasts

function toast(level, message, hint = "") {
  const known = [...toasts.querySelectorAll("[data-message]")].map((text) => text.textContent);
  if (known.includes(message)) return;
  const fresh = document.getElementById("toast-template").content.cloneNode(true).firstElementChild;
  fresh.classList.replace("notice-error", `notice-${level}`);
  fresh.querySelector("[data-message]").textContent = message;
  fresh.querySelector("[data-hint]").textContent = hint;
  toasts.append(fresh);
  if (level === "ok") setTimeout(() => fresh.remove(), 5000);
}

const REASONS = {
  403: ["The server did not allow it.", "Your session or role may have changed. Reload the page and try again."],
  404: ["The server no longer has it.", "It may have been deleted meanwhile. Reload the page."],
  413: ["That was too much for one request.", "Send less at once."],
};

function responseFailed({ detail }) {
  const status = detail.xhr.status;
  const unknown = [`The server failed (${status}).`, "Nothing you typed is lost. Try again; the server's log says more."];
  toast("error", ...(REASONS[status] ?? unknown));
  if (status >= 500) pollAgain(detail);
}

function serverUnreachable({ detail }) {
  toast("error", "The server cannot be reached.", "Nothing you typed is lost. Try again when it is back.");
  pollAgain(detail);
}

// A fragment that polls itself goes on once the server is back.
function pollAgain({ elt, target, pathInfo }) {
  if (!/load|every/.test(elt.getAttribute("hx-trigger") ?? "")) return;
  const again = { source: elt, target, swap: elt.getAttribute("hx-swap") };
  setTimeout(() => elt.isConnected && htmx.ajax("GET", pathInfo.requestPath, again), 3000);
}

// Lists

function refreshTools() {
  for (const tool of document.querySelectorAll("[data-requires]")) {
    const chosen = rows(tool).filter((box) => box.checked).length;
    tool.disabled = tool.dataset.requires === "one" ? chosen !== 1 : chosen === 0;
    tool.ariaDisabled = String(tool.disabled);
  }
  for (const all of document.querySelectorAll("[data-select-all]")) {
    const boxes = rows(all);
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

function rows(element) {
  const listing = element.closest(".listing") ?? element.closest("form") ?? document;
  return [...listing.querySelectorAll("tbody .select input")];
}

function moveInToolbar(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const toolbar = step && event.target.closest("[role=toolbar]");
  if (!toolbar) return;
  const tools = [...toolbar.querySelectorAll(".tool:not(:disabled)")];
  tools.at((tools.indexOf(event.target) + step) % tools.length)?.focus();
}

// Forms

function refreshRows() {
  for (const element of document.querySelectorAll("form [data-show-when]")) {
    const [name, values] = element.dataset.showWhen.split("=");
    const field = element.closest("form").elements.namedItem(name);
    const value = field?.type === "checkbox" ? (field.checked ? "on" : "off") : field?.value;
    (element.closest(".field") ?? element).hidden = !values.split("|").includes(value);
  }
}

async function copy(selector) {
  const source = document.querySelector(selector);
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(source.textContent.trim());
    toast("ok", "Copied.");
    return;
  }
  // Plain http on another host has no clipboard: select the text, the reader copies it.
  getSelection().selectAllChildren(source);
  toast("info", "Selected.", "This browser copies by itself over HTTPS only: press Ctrl+C.");
}

// Events

function refresh() {
  openDialog();
  refreshRows();
  refreshTools();
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-close], [data-dismiss], [data-copy]");
  if (!target) return;
  if ("close" in target.dataset && dialog()?.matches(":modal")) {
    event.preventDefault();
    dialog().close();
  }
  if ("dismiss" in target.dataset) target.closest(".toast").remove();
  if ("copy" in target.dataset) copy(target.dataset.copy);
});

// A click that asks for a new tab or window is the browser's, not htmx's.
document.addEventListener("click", (event) => {
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
  if (elsewhere && event.target.closest("a[hx-get]")) event.stopImmediatePropagation();
}, { capture: true });

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-select-all]")) for (const box of rows(target)) box.checked = target.checked;
  refreshRows();
  refreshTools();
});

document.addEventListener("keydown", (event) => {
  moveInToolbar(event);
  if (event.key !== " " || !event.target.matches("a[role=button]")) return;
  event.preventDefault();
  event.target.click();
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target === modal() && !dialog()) opener = detail.elt;
});

let focused = null;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  focused = detail.target.contains(document.activeElement) ? document.activeElement : null;
  if (detail.target === modal()) document.body.append(toasts);
});

document.addEventListener("htmx:afterSwap", refresh);

document.addEventListener("htmx:afterSettle", () => {
  if (focused && !focused.isConnected && document.activeElement === document.body) focusAgain(focused);
});

document.addEventListener("htmx:afterRequest", ({ detail: { elt, requestConfig, xhr } }) => {
  const leaves = xhr.getResponseHeader("HX-Redirect");
  const isSave = xhr.status === 204 && requestConfig.verb !== "get" && !leaves;
  if (isSave && dialog()?.contains(elt)) dialog().close();
});

document.addEventListener("htmx:responseError", responseFailed);
document.addEventListener("htmx:sendError", serverUnreachable);
document.addEventListener("htmx:timeout", serverUnreachable);

refresh();
