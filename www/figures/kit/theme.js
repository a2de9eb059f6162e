// @ts-check
// The page's colours as a canvas needs them.

const NAMES = {
  ink: "--ink",
  muted: "--muted",
  line: "--line",
  surface: "--surface",
  sunken: "--sunken",
  accent: "--accent",
  mark: "--crop",
};

/** @param {Element} near where the drawing stands @returns {import("./view-types.js").Theme} */
export function themeOf(near) {
  const probe = document.createElement("span");
  probe.hidden = true;
  near.appendChild(probe);
  const style = getComputedStyle(probe);
  const colours = Object.entries(NAMES).map(([name, property]) => {
    probe.style.color = `var(${property})`;
    return [name, style.color];
  });
  const font = `13px ${style.fontFamily}`;
  probe.remove();
  return { ...Object.fromEntries(colours), font };
}
