// Lists: rows that are selected, the tools that act on them, the keyboard in grid and toolbar.
//   data-requires="one|some"   a tool enabled by the rows selected in its listing
//   data-select-all            selects all rows; data-select-none none
//   data-bulk                  shown while rows are selected; data-bulk-count says how many
//   data-rows                  a grid in which arrow keys move from row to row
//   data-hotkey="/"            a field that this key leads to
//   data-closes                <details> that closes by Escape and by a click elsewhere

function rows(element) {
  const listing = element.closest(".listing") ?? element.closest("form") ?? document;
  return [...listing.querySelectorAll("tbody .select input")];
}

export function refreshTools() {
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
  for (const bulk of document.querySelectorAll("[data-bulk]")) {
    const chosen = rows(bulk).filter((box) => box.checked).length;
    bulk.hidden = chosen === 0;
    bulk.querySelector("[data-bulk-count]").textContent = chosen;
  }
}

function selectAll(element, checked) {
  for (const box of rows(element)) box.checked = checked;
  refreshTools();
}

// A click on a row's empty space selects the row, as a click on its box does.
function selectRow({ target }) {
  const box = target.closest("td, th[scope=row]")?.closest("tr").querySelector(".select input");
  if (!box || target.closest("a, button, input, label, summary") || String(getSelection())) return;
  box.click();
}

function moveInToolbar({ key, target }) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  const toolbar = step && target.closest("[role=toolbar]");
  if (!toolbar) return;
  const tools = [...toolbar.querySelectorAll(".tool:not(:disabled)")];
  tools.at((tools.indexOf(target) + step) % tools.length).focus();
}

// Up and down lead to the same cell of the next row, Home and End to the first and last; Space
// selects the row, also from its name. Enter is the link's own.
function moveInGrid(event) {
  const { key, target } = event;
  const row = target.closest("[data-rows] tbody tr");
  if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
  if (key === " " && target.matches("a")) {
    row.querySelector(".select input").click();
  } else {
    const next = {
      ArrowDown: row.nextElementSibling,
      ArrowUp: row.previousElementSibling,
      Home: row.parentElement.firstElementChild,
      End: row.parentElement.lastElementChild,
    }[key];
    next?.querySelector(target.matches("input") ? ".select input" : "th a")?.focus();
    if (!next) return;
  }
  event.preventDefault();
}

function leadToField(event) {
  if (event.target.closest("input, select, textarea, dialog") || event.ctrlKey || event.metaKey) return;
  const field = document.querySelector(`[data-hotkey="${CSS.escape(event.key)}"]`);
  if (!field) return;
  field.focus();
  event.preventDefault();
}

function closePanels(besides) {
  for (const panel of document.querySelectorAll("details[data-closes][open]")) {
    if (!panel.contains(besides)) panel.open = false;
  }
}

function closeByEscape({ key, target }) {
  const panel = key === "Escape" && target.closest("details[data-closes][open]");
  if (!panel) return;
  panel.open = false;
  panel.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  closePanels(event.target);
  const none = event.target.closest("[data-select-none]");
  if (none) selectAll(none, false);
  selectRow(event);
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-select-all]")) selectAll(target, target.checked);
  refreshTools();
});

document.addEventListener("keydown", moveInToolbar);
document.addEventListener("keydown", moveInGrid);
document.addEventListener("keydown", leadToField);
document.addEventListener("keydown", closeByEscape);
