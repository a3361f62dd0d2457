"use strict";
/* One tap puts a canned text where the cursor stands. Without it the same link opens the page with the text. */
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("[data-insert]");
  const field = link && document.getElementById(link.dataset.into);
  if (!field) return;
  event.preventDefault();
  const before = field.value.slice(0, field.selectionStart);
  const gap = before && !/\s$/.test(before) ? " " : "";
  field.setRangeText(gap + link.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
