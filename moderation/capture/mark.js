/* Finds the message in a page, scrolls it into view and outlines it: {matches, middle}, or null.

   White space and invisible joiners differ between what a platform's interface says and what its page shows, and some
   pages draw an emoji as a picture with the emoji as its alternative text. A short text ("ok") must be all that an
   element says. Among equal texts the one beside the author's name is meant. */
([text, element, author]) => {
  const key = s => s.normalize("NFC").replace(/[\s\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]+/gu, "");
  const silent = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "HEAD", "TEXTAREA", "SELECT"]);
  const known = new Map();
  const read = node => {
    if (node.nodeType === Node.TEXT_NODE) return key(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || silent.has(node.tagName)) return "";
    if (!known.has(node)) {
      let said = "";
      if (node.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        said = node.tagName === "IMG" ? key(node.alt) : [...node.childNodes].map(read).join("");
      known.set(node, said.normalize("NFC"));
    }
    return known.get(node);
  };
  const wanted = key(text), name = key(author);
  const holds = node => read(node).includes(wanted);
  const smallest = node => {
    const below = [...node.children].filter(holds);
    return below.length ? below.flatMap(smallest) : [node];
  };
  if (!document.body || !wanted || !holds(document.body)) return null;
  const hinted = element ? document.getElementById(element) : null;
  let places = smallest(hinted && holds(hinted) ? hinted : document.body);
  if (wanted.length < 12) places = places.filter(place => read(place) === wanted);
  if (!places.length) return null;
  const distance = place => {
    for (let steps = 0, node = place; node && steps < 6; steps++, node = node.parentElement)
      if (name && read(node).includes(name)) return steps;
    return 6;
  };
  const [, chosen] = places.map(place => [distance(place), place]).sort((a, b) => a[0] - b[0])[0];
  chosen.scrollIntoView({ block: "center", inline: "nearest" });
  chosen.style.setProperty("outline", "4px solid #c8102e", "important");
  chosen.style.setProperty("outline-offset", "3px", "important");
  const box = chosen.getBoundingClientRect();
  return { matches: places.length, middle: box.top + box.height / 2 + window.scrollY };
}
