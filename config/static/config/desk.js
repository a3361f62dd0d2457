/* What htmx and plain HTML do not do by themselves. Every page works without it. */
(() => {
  "use strict";

  // --- countdowns: <span data-until="2026-12-01T08:00:00+07:00">
  const tick = () => {
    for (const element of document.querySelectorAll("[data-until]")) {
      const left = Math.max(0, Math.round((Date.parse(element.dataset.until) - Date.now()) / 1000));
      element.textContent = left === 0 ? "…" : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    }
  };
  // --- working time: <b data-left="5400" data-runs="3600" data-long="{h} h {m} min left" data-short="{m} min {s} s left">
  // counts so many seconds down from when it was first seen, but no further than the office stays open.
  const seen = new WeakMap();
  const countDown = () => {
    for (const element of document.querySelectorAll("[data-left]")) {
      if (!seen.has(element)) seen.set(element, performance.now());
      const passed = Math.min((performance.now() - seen.get(element)) / 1000, Number(element.dataset.runs));
      const left = Math.max(0, Math.round(Number(element.dataset.left) - passed));
      const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor((left % 3600) / 60), left % 60];
      const words = hours ? element.dataset.long : element.dataset.short;
      element.textContent = words.replace("{h}", hours).replace("{m}", minutes).replace("{s}", String(seconds).padStart(2, "0"));
    }
  };
  const countAllDown = () => {
    tick();
    countDown();
  };
  countAllDown();
  setInterval(countAllDown, 1000);

  // --- character counts: <textarea data-count="1000"> and the element that describes it
  const count = (field) => {
    const place = document.getElementById(`${field.id}_count`);
    if (!place) return;
    const length = [...field.value].length;
    place.textContent = `${length} / ${field.dataset.count}`;
    place.classList.toggle("over", length > Number(field.dataset.count));
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-count]")) count(event.target);
  });
  const countAll = () => document.querySelectorAll("[data-count]").forEach(count);
  countAll();
  document.addEventListener("htmx:afterSwap", () => {
    countAllDown();
    countAll();
  });

  // --- pictures open large in place; without this their link opens them
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-enlarge]");
    const dialog = document.getElementById("enlarged");
    if (link && dialog && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const picture = dialog.querySelector("img");
      picture.src = link.href;
      picture.alt = link.querySelector("img")?.alt ?? "";
      dialog.querySelector("a").href = link.href;
      dialog.showModal();
    }
    if (event.target === dialog) dialog.close();
    const copied = event.target.closest("[data-copy]");
    if (copied) {
      const source = document.getElementById(copied.dataset.copy);
      navigator.clipboard?.writeText(source.value ?? source.textContent).then(() => {
        copied.classList.add("copied");
        setTimeout(() => copied.classList.remove("copied"), 2000);
      });
    }
  });

  // --- a double tap is one tap; and a filter applies as soon as it is chosen
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    setTimeout(() => {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }, 8000);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });
  for (const one of document.querySelectorAll("[data-submits]")) one.form.querySelector("button").hidden = true;

  // --- on a phone's home screen: a page for when there is no connection
  const worker = document.body.dataset.worker;
  if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => {});
})();
