/** MathML, written short. Plain text is cut into identifiers, numbers and operators; markup passes through. */

const escape = (s) => s.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const token = (s) => (/^[0-9]/.test(s) ? `<mn>${s}</mn>` : /^\p{L}/u.test(s) ? `<mi>${s}</mi>` : `<mo>${escape(s)}</mo>`);

const row = (x) => {
  if (x.startsWith("<m")) return `<mrow>${x}</mrow>`;
  const parts = x.match(/[0-9]+(?:[.,][0-9]+)*|\p{L}+′?|\S/gu) ?? [];
  return parts.length === 1 ? token(parts[0]) : `<mrow>${parts.map(token).join("")}</mrow>`;
};

export const sub = (base, index) => `<msub>${row(base)}${row(index)}</msub>`;
export const sup = (base, power) => `<msup>${row(base)}${row(power)}</msup>`;
export const subsup = (base, index, power) => `<msubsup>${row(base)}${row(index)}${row(power)}</msubsup>`;
export const frac = (over, under) => `<mfrac>${row(over)}${row(under)}</mfrac>`;
export const sqrt = (x) => `<msqrt>${row(x)}</msqrt>`;
export const sum = (under) => `<munder><mo>∑</mo>${row(under)}</munder>`;
export const group = (...parts) => parts.map(row).join("");

/** math("y =", sub("x", "i")): the parts of one formula in a row. */
export const math = (...parts) => `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mrow>${parts.map(row).join("")}</mrow></math>`;
