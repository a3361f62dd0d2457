"use strict";
/* The phone's own share sheet with the screenshot and the words; where there is none, the links beside it will do.
   The picture is fetched beforehand: a share must follow a tap at once. */
(() => {
  const offer = (row, text, files) => {
    const button = row.querySelector("[data-share-now]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.share({ files, text: text.value });
      } catch {
        return; // they thought better of it: nothing was sent, nothing is noted
      }
      row.closest("form").requestSubmit(row.querySelector("[data-share-done]"));
    });
  };

  const prepare = (row) => {
    const text = document.getElementById(row.dataset.shareText);
    const link = row.querySelector("[data-share-link]");
    const follow = () => {
      link.href = `https://wa.me/?text=${encodeURIComponent(text.value)}`;
    };
    text.addEventListener("input", follow);
    if (text.value) follow(); // typed while the picture was being taken
    if (!navigator.canShare) return;
    fetch(row.dataset.share)
      .then((answer) => (answer.ok ? answer.blob() : Promise.reject(new Error(`HTTP ${answer.status}`))))
      .then((blob) => {
        const files = [new File([blob], row.dataset.shareName, { type: "image/png" })];
        if (navigator.canShare({ files })) offer(row, text, files);
      })
      .catch(() => {});
  };

  const look = () => {
    for (const row of document.querySelectorAll("[data-share]:not([data-prepared])")) {
      row.dataset.prepared = "";
      prepare(row);
    }
  };
  look();
  document.addEventListener("htmx:afterSettle", look);
})();
