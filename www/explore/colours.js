// @ts-check
// The page's colours as a canvas takes them.

/** @param {Element} root @returns {import("./paint.js").Colours} */
export function coloursOf(root) {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const read = (/** @type {string} */ name) => {
    probe.style.color = `var(${name})`;
    return style.color;
  };
  const found = {
    ink: read("--ink"),
    muted: read("--muted"),
    line: read("--line"),
    accent: read("--accent"),
    warm: read("--glow"),
    cold: read("--against"),
    paper: read("--paper"),
    font: getComputedStyle(root).fontFamily,
  };
  probe.remove();
  return found;
}
