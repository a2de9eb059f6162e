// @ts-check
// Formulas are written as MathML in the lessons, and become elements here and nowhere else.

/** @typedef {{ createPolicy(name: string, rules: object): { createHTML(text: string): string } }} Factory */

const MATHML = /^<math[\s>](?!.*<(?!\/?m[a-z]*[\s/>]))(?!.*\son\w+\s*=)/s;
const { trustedTypes } = /** @type {{ trustedTypes?: Factory }} */ (globalThis);
const policy = trustedTypes?.createPolicy("vitrine-formulas", { createHTML: formula });

/** Elements of MathML and no handlers. @param {string} text */
function formula(text) {
  if (!MATHML.test(text)) throw new TypeError("A formula holds something that is not MathML.");
  return text;
}

/** @param {string} mathml */
export function mathOf(mathml) {
  const text = policy?.createHTML(mathml) ?? formula(mathml);
  return new DOMParser().parseFromString(text, "text/html").body.firstElementChild;
}
