"use strict";
// Asks every two seconds whether anything was written, and only then renews the part that is read (#live).
// Forms stand outside of it, so that nobody loses what they are typing.
const style = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
const localTimes = () => {
  for (const time of document.querySelectorAll("time")) {
    time.textContent = new Date(time.dateTime).toLocaleString("id-ID", style);
  }
};
const renew = async () => {
  try {
    const { version } = await (await fetch("/_sandbox/version")).json();
    if (String(version) === document.body.dataset.version || document.hidden) return;
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    document.getElementById("live")?.replaceWith(page.getElementById("live"));
    document.body.dataset.version = page.body.dataset.version;
    localTimes();
  } catch {
    // The stand-in is gone: keep what is shown.
  }
};
localTimes();
setInterval(renew, 2000);
