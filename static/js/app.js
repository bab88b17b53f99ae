// What pages need beyond htmx. Everything is found by attribute, so fragments need no set-up:
//   data-show-when="a=x|y"     a form row shown while field a is x or y
//   data-copy="#id"            copies the text of that element
//   data-submit-on-change      sends its form when another value is chosen
//   data-fill="id"             puts its own value into that field
//   data-with-fields="a b"     a link that takes along these fields of its form
// Lists, dialogs and toasts have modules of their own.

import "./countdown.js";
import { openDialog } from "./dialogs.js";
import { refreshTools } from "./lists.js";
import { toast } from "./toasts.js";

function refresh() {
  openDialog();
  refreshRows();
  refreshTools();
}

// Forms

function refreshRows() {
  for (const element of document.querySelectorAll("form [data-show-when]")) {
    const [name, values] = element.dataset.showWhen.split("=");
    const field = element.closest("form").elements.namedItem(name);
    const value = field?.type === "checkbox" ? (field.checked ? "on" : "off") : field?.value;
    (element.closest(".field, .filter-field") ?? element).hidden = !values.split("|").includes(value);
  }
}

function fill({ value, dataset }) {
  const field = document.getElementById(dataset.fill);
  field.value = value;
  field.focus();
}

function takeAlong(link) {
  const names = link.dataset.withFields.split(" ");
  const fields = [...new FormData(link.closest("form"))].filter(([name]) => names.includes(name));
  link.search = new URLSearchParams(fields);
}

async function copy(selector) {
  const source = document.querySelector(selector);
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(source.textContent.trim());
    toast("ok", "Copied.");
    return;
  }
  // Plain http from another host has no clipboard: select the text, the reader copies it.
  getSelection().selectAllChildren(source);
  toast("info", "Selected.", "Press Ctrl+C: this browser copies by itself over HTTPS only.");
}

// What a reader has unfolded stays so when a fragment refreshes itself.

let unfolded = [];

function noteUnfolded({ detail }) {
  unfolded = [...detail.target.querySelectorAll("details[open] > summary[id]")].map(({ id }) => id);
}

function unfoldAgain() {
  for (const id of unfolded) document.getElementById(id)?.parentElement.setAttribute("open", "");
  unfolded = [];
}

// Events

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-fill], [data-with-fields]");
  if (button?.dataset.copy) copy(button.dataset.copy);
  if (button?.dataset.fill) fill(button);
  if (button?.dataset.withFields) takeAlong(button);
});

// A click that asks for a new tab or window is the browser's, not htmx's.
document.addEventListener("click", (event) => {
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
  if (elsewhere && event.target.closest("a[hx-get]")) event.stopImmediatePropagation();
}, { capture: true });

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-submit-on-change]")) target.form.requestSubmit();
  refreshRows();
});
document.addEventListener("htmx:beforeSwap", noteUnfolded);
document.addEventListener("htmx:afterSwap", unfoldAgain);
document.addEventListener("htmx:afterSwap", refresh);
refresh();
