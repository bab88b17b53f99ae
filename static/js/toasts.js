// Messages that belong to no field. The server swaps its own into #toasts; these are the page's.

export const toasts = document.getElementById("toasts");
const OK_STAYS_MS = 5000;
const POLL_AGAIN_MS = 3000;

const REASONS = {
  403: ["The server did not allow it.", "Your session or role may have changed. Reload the page and try again."],
  404: ["The server no longer has it.", "It may have been deleted meanwhile. Reload the page."],
  413: ["That was too much for one request.", "Send less at once."],
  414: ["That was too much for one request.", "Select fewer rows and try again."],
};

export function toast(level, message, hint = "") {
  const shown = [...toasts.querySelectorAll("[data-message]")].map((text) => text.textContent);
  if (shown.includes(message)) return;
  const fresh = document.getElementById(`toast-${level}`).content.cloneNode(true).firstElementChild;
  fresh.querySelector("[data-message]").textContent = message;
  fresh.querySelector("[data-hint]").textContent = hint;
  toasts.append(fresh);
  if (level === "ok") setTimeout(() => fresh.remove(), OK_STAYS_MS);
}

function responseFailed({ detail }) {
  const { status } = detail.xhr;
  const unknown = [`The server failed (${status}).`, "Nothing you typed is lost. Try again; the server's log says more."];
  toast("error", ...(REASONS[status] ?? unknown));
  if (status >= 500) pollAgain(detail);
}

const UNREACHABLE = "The server cannot be reached.";

function serverUnreachable({ detail }) {
  toast("error", UNREACHABLE, "Nothing you typed is lost. Try again when it is back.");
  pollAgain(detail);
}

// A fragment that polls itself goes on once the server is back.
function pollAgain({ elt, target, requestConfig }) {
  if (requestConfig.verb !== "get" || !elt.getAttribute("hx-trigger")?.includes("load")) return;
  const again = { source: elt, target, swap: elt.getAttribute("hx-swap") };
  setTimeout(() => elt.isConnected && htmx.ajax("GET", requestConfig.path, again), POLL_AGAIN_MS);
}

// Any answer means that the server is back.
function serverReached() {
  for (const shown of toasts.querySelectorAll(".toast")) {
    if (shown.querySelector("[data-message]").textContent === UNREACHABLE) shown.remove();
  }
}

// What went well needs no answer, whoever says it.
function fade({ target }) {
  if (target !== toasts) return;
  for (const good of toasts.querySelectorAll(".notice-ok:not([data-fades])")) {
    good.dataset.fades = "";
    setTimeout(() => good.remove(), OK_STAYS_MS);
  }
}

// The server says so in its answer to a page that asks for news.
function sessionEnds() {
  toast("info", "Your session ends in a moment.", "Save what you are working on. Opening any page goes on with it, unless its longest time is over.");
}

document.addEventListener("session-ends", sessionEnds);
document.addEventListener("htmx:oobAfterSwap", fade);
document.addEventListener("htmx:beforeOnLoad", serverReached);
document.addEventListener("htmx:responseError", responseFailed);
document.addEventListener("htmx:sendError", serverUnreachable);
document.addEventListener("htmx:timeout", serverUnreachable);
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-dismiss]")) target.closest(".toast").remove();
});
