/** MathML, written short. Plain text is cut into identifiers, numbers and operators; markup passes through. */

/** @param {string} s */
const token = (s) => {
  if (/^[0-9]/.test(s)) return `<mn>${s}</mn>`;
  if (/^\p{L}/u.test(s)) return `<mi>${s}</mi>`;
  return `<mo>${s.replace(/</g, "&lt;").replace(/>/g, "&gt;")}</mo>`;
};

/** Those that leave a line's height. */
const TALL = /<m(?:frac|under|table)/;

/** @param {string} open @param {string[]} inner @param {string} close  As high as what they hold, and no higher. */
const fenced = (open, inner, close) => {
  const stretch = inner.some((part) => TALL.test(part)) ? "" : ' stretchy="false"';
  return `<mrow><mo${stretch}>${open}</mo>${inner.join("")}<mo${stretch}>${close}</mo></mrow>`;
};

/** @param {string[]} parts  Side by side. */
export const group = (...parts) => {
  const pieces = parts.flatMap((part) =>
    part.startsWith("<m") ? [part] : (part.match(/[0-9]+(?:[.,][0-9]+)*|\p{L}+|\S/gu) ?? []),
  );
  /** @type {string[][]} one list for each bracket that is still open, and the whole */
  const open = [[]];
  for (const piece of pieces) {
    const inner = open[open.length - 1];
    if (piece === "(") open.push([]);
    else if (piece === ")" && open.length > 1) {
      open.pop();
      open[open.length - 1].push(fenced("(", inner, ")"));
    } else inner.push(piece.startsWith("<m") ? piece : token(piece));
  }
  // A bracket that this group only opens stands as it is.
  return open.map((inner) => inner.join("")).join(token("("));
};

/** @param {string} x  One argument of a script or fraction. */
const row = (x) => `<mrow>${group(x)}</mrow>`;

/** @param {string} base @param {string} index */
export const sub = (base, index) => `<msub>${row(base)}${row(index)}</msub>`;
/** @param {string} base @param {string} power */
export const sup = (base, power) => `<msup>${row(base)}${row(power)}</msup>`;
/** @param {string} base @param {string} index @param {string} power */
export const subsup = (base, index, power) => `<msubsup>${row(base)}${row(index)}${row(power)}</msubsup>`;
/** @param {string} over @param {string} under */
export const frac = (over, under) => `<mfrac>${row(over)}${row(under)}</mfrac>`;
/** @param {string} x */
export const sqrt = (x) => `<msqrt>${row(x)}</msqrt>`;
/** @param {string} under */
export const sum = (under) => `<munder><mo>∑</mo>${row(under)}</munder>`;

/** @param {string[]} rows  One below the other, for narrow screens. */
export const lines = (...rows) => `<mtable>${rows.map((x) => `<mtr><mtd>${row(x)}</mtd></mtr>`).join("")}</mtable>`;

/** @param {string[]} parts  math("y =", sub("x", "i")): the parts of one formula in a row. */
export const math = (...parts) =>
  `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mrow>${group(...parts)}</mrow></math>`;
