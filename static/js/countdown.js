// Deadlines that come closer; without this their time of day is read.
//   data-left="90"   shows how much of so many seconds is left; at the end the page hears of it

const ends = new WeakMap();
const passed = new WeakSet();

function tick() {
  for (const clock of document.querySelectorAll("[data-left]")) {
    if (!ends.has(clock)) ends.set(clock, Date.now() + 1000 * Number(clock.dataset.left));
    const left = Math.max(0, Math.ceil((ends.get(clock) - Date.now()) / 1000));
    clock.textContent = ` (in ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")})`;
    if (left === 0 && !passed.has(clock)) {
      passed.add(clock);
      htmx.trigger(document.body, "deadline-passed");
    }
  }
}

setInterval(tick, 1000);
document.addEventListener("htmx:afterSwap", tick);
tick();
