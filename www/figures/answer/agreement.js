// @ts-check
// How many networks say the same of one photo.

import { className, list, number } from "../../shell/text.js";
import { f } from "../kit/words.js";

/** What most of them say; a tie is called one. @param {string[]} labels the first answer of each */
export function agreement(labels) {
  const votes = new Map();
  for (const label of labels) votes.set(label, (votes.get(label) ?? 0) + 1);
  const most = Math.max(0, ...votes.values());
  const winners = [...votes].filter(([, count]) => count === most).map(([label]) => label);
  const values = { count: number(most), all: number(labels.length), label: list(winners.map(className)) };
  const text = labels.length < 2 ? "" : f(winners.length > 1 ? "agreementTie" : "agreement", values);
  return { text, winners };
}
