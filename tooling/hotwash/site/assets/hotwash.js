// Says how far away the moments of a page are: `25 min ago`, `in 5 min`, `10 min late`. Lets the keyboard reach
// tables that the theme has put into boxes. Pages are whole without it.
(() => {
  "use strict";

  const MINUTE_MS = 60_000;
  const EVERY_MS = 30_000;

  // A length of time in its two largest units, as the pages say it.
  const said = (length_ms) => {
    const minutes = Math.floor(length_ms / MINUTE_MS);
    const hours = Math.floor(minutes / 60);
    const days = Math.floor(hours / 24);
    const two = (whole, unit, rest, smaller) => `${whole} ${unit}${rest ? ` ${rest} ${smaller}` : ""}`;
    if (minutes < 60) return `${minutes} min`;
    if (hours < 48) return two(hours, "h", minutes % 60, "min");
    return days < 7 ? two(days, "d", hours % 24, "h") : `${days} d`;
  };

  const since = (length_ms) => {
    if (length_ms < 0) return "";
    return length_ms < MINUTE_MS ? "just now" : `${said(length_ms)} ago`;
  };

  const until = (left_ms, isCounted) => {
    if (left_ms > 0) return left_ms < MINUTE_MS ? "in under 1 min" : `in ${said(left_ms)}`;
    return isCounted && left_ms <= -MINUTE_MS ? `${said(-left_ms)} late` : "late";
  };

  const tell = (time, text, isLate) => {
    const around = time.parentElement;
    let beside = around.querySelector(":scope > .hw-relative");
    if (!beside) {
      if (!text) return;
      beside = document.createElement("span");
      beside.className = "hw-relative";
      around.append(" ", beside);
    }
    const shown = text ? `(${text})` : "";
    if (beside.textContent !== shown) beside.textContent = shown;
    beside.classList.toggle("hw-late", isLate);
  };

  const tick = () => {
    const now_ms = Date.now();
    for (const time of document.querySelectorAll("time[data-hw-since]")) {
      const began_ms = Date.parse(time.dataset.hwSince);
      if (!Number.isNaN(began_ms)) tell(time, since(now_ms - began_ms), false);
    }
    for (const time of document.querySelectorAll("time[data-hw-due]")) {
      const due_ms = Date.parse(time.dataset.hwDue);
      if (Number.isNaN(due_ms)) continue;
      tell(time, until(due_ms - now_ms, !("hwUncounted" in time.dataset)), due_ms <= now_ms);
    }
  };

  // The theme's boxes of wide tables scroll, and not every browser lets the keyboard into such a box by itself.
  const reach = () => {
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap")) {
      if (box.scrollWidth <= box.clientWidth) {
        for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
        continue;
      }
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "Table");
    }
  };

  // Nobody reads a page that is hidden.
  let timer = 0;
  const run = () => {
    clearInterval(timer);
    reach();
    if (document.hidden) return;
    tick();
    timer = setInterval(tick, EVERY_MS);
  };

  window.addEventListener("resize", reach);
  document.addEventListener("visibilitychange", run);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
  // Material's `navigation.instant` puts another page into the same document.
  if (typeof window.document$?.subscribe === "function") window.document$.subscribe(run);
})();
