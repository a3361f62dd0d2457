/* Pages stay true by themselves: one small question every few seconds, "has anything changed?", and only then are
   the parts asked for anew. Nothing is asked while the tab is hidden, and nothing moves under a finger. */
(() => {
  "use strict";

  const EVERY_MS = 5000;
  const STILL_MS = 20000; // nobody touched the page for so long: a list may change by itself
  const pulse = document.body.dataset.pulse;
  const shown = new WeakMap();
  const waiting = new Map(); // part → the html that it would show
  let mark = document.body.dataset.mark || ""; // from before the page was made
  let touched = 0;

  for (const name of ["pointerdown", "keydown", "wheel", "touchmove", "focusin"]) {
    document.addEventListener(name, () => (touched = Date.now()), { passive: true, capture: true });
  }

  // --- a part waits while somebody types, chooses or has something open in it
  const changed = (field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.tagName === "SELECT"
        ? [...field.options].some((option) => option.selected !== option.defaultSelected)
        : field.type !== "hidden" && field.value !== field.defaultValue;

  const busy = (part) => {
    const active = document.activeElement;
    if (active && part.contains(active) && active.matches("input, textarea, select")) return true;
    if (part.querySelector("details[open], dialog[open]")) return true;
    return [...part.querySelectorAll("input, textarea, select")].some(changed);
  };

  const isLive = (element) => element instanceof Element && element.hasAttribute("data-live");
  const withoutTokens = (html) => html.replace(/name="(csrfmiddlewaretoken|key)" value="[^"]*"/g, "");
  const reveal = (id, is) => {
    const bar = document.getElementById(id);
    if (bar) bar.hidden = !is;
  };

  // --- "3 new – show": the rows of a list do not jump; they come when they are called
  const ROW = /^(message|case|delivery|account)-\d+$/;
  const rowsOf = (root) => [...root.querySelectorAll("[id]")].map((one) => one.id).filter((id) => ROW.test(id));
  const offer = () => {
    const button = document.querySelector("#fresh button");
    if (!button) return;
    let fresh = 0;
    for (const [part, html] of waiting) {
      const before = new Set(rowsOf(part));
      const after = new DOMParser().parseFromString(html, "text/html");
      fresh += rowsOf(after).filter((id) => !before.has(id)).length;
    }
    button.hidden = waiting.size === 0;
    const words = fresh ? button.dataset.some.replace("{n}", fresh) : button.dataset.other;
    button.querySelector("span").textContent = waiting.size ? words : "";
  };
  const show = (part, html) => {
    waiting.delete(part);
    shown.set(part, withoutTokens(html));
    htmx.swap(part, html, { swapStyle: "innerHTML" });
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#fresh button")) return;
    for (const [part, html] of [...waiting]) show(part, html);
    offer();
    const main = document.getElementById("main");
    main.focus({ preventScroll: true });
    main.scrollIntoView({ block: "start" });
  });
  const moves = (part, html) => {
    const after = new DOMParser().parseFromString(html, "text/html");
    return rowsOf(part).join() !== rowsOf(after).join();
  };

  const signedOut = (address) => new URL(address, location.href).pathname === document.body.dataset.signIn;

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isLive(event.detail.elt) && document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, elt, serverResponse } = event.detail;
    if (xhr.responseURL && signedOut(xhr.responseURL)) {
      event.detail.shouldSwap = false;
      reveal("signed-out", true);
      return;
    }
    if (!isLive(elt)) return;
    const now = withoutTokens(serverResponse);
    if (shown.get(elt) === now) {
      event.detail.shouldSwap = false;
      waiting.delete(elt);
    } else if (busy(elt) || (elt.dataset.live === "list" && moves(elt, serverResponse) && Date.now() - touched < STILL_MS)) {
      event.detail.shouldSwap = false;
      waiting.set(elt, serverResponse);
    } else {
      shown.set(elt, now);
      waiting.delete(elt);
    }
    offer();
  });

  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, () => reveal("offline", true));
  }
  document.addEventListener("htmx:afterOnLoad", () => reveal("offline", false));

  // --- the pulse
  const beat = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(`${pulse}?mark=${mark}`, { headers: { Accept: "application/json" } });
      reveal("offline", !answer.ok);
      reveal("signed-out", answer.redirected && signedOut(answer.url));
      if (answer.status !== 200 || answer.redirected) return;
      const first = mark === "";
      mark = (await answer.json()).mark;
      if (first) return;
      for (const part of document.querySelectorAll("[data-live], [data-follows]")) htmx.trigger(part, "changed");
    } catch {
      reveal("offline", true);
    }
  };
  if (pulse) {
    if (!mark) beat();
    setInterval(beat, EVERY_MS);
    document.addEventListener("visibilitychange", beat);
  }
})();
