// @ts-check
// Very large and very small numbers, as powers of ten.

import { number } from "../../shell/text.js";

const RAISED = /** @type {Record<string, string>} */ ({
  "-": "⁻",
  0: "⁰",
  1: "¹",
  2: "²",
  3: "³",
  4: "⁴",
  5: "⁵",
  6: "⁶",
  7: "⁷",
  8: "⁸",
  9: "⁹",
});
/** @param {number} exponent */
const raised = (exponent) => [...String(exponent)].map((sign) => RAISED[sign]).join("");

/** 0.001 as "10⁻³"; for whole powers of ten. @param {number} value */
export const power = (value) => (value === 1 ? "1" : `10${raised(Math.round(Math.log10(value)))}`);

/** 12345 as "1.2 × 10⁴"; what is readable as it is stays so. @param {number} value */
export function scientific(value) {
  if (!Number.isFinite(value) || value === 0 || (Math.abs(value) >= 0.01 && Math.abs(value) < 1000))
    return number(value, { maximumSignificantDigits: 2 });
  return inPowers(value, 2);
}

/** 0.00000566 as "5.66 × 10⁻⁶". @param {number} value neither infinite nor zero @param {number} digits */
export function inPowers(value, digits) {
  const [own, exponent] = value.toExponential(digits - 1).split("e");
  return `${number(Number(own), { maximumSignificantDigits: digits })} × 10${raised(Number(exponent))}`;
}
