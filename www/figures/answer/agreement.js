// @ts-check
// How many networks say the same of one photo.

import { className, list, number } from "../../shell/text.js";
import { f } from "../kit/words.js";

/** What most of them say; a tie is called one, and where each says something else, nobody wins. @param {string[]} labels the first answer of each */
export function agreement(labels) {
  const votes = new Map();
  for (const label of labels) votes.set(label, (votes.get(label) ?? 0) + 1);
  const most = Math.max(0, ...votes.values());
  const winners = [...votes].filter(([, count]) => count === most).map(([label]) => label);
  const values = { count: number(most), all: number(labels.length), label: list(winners.map(className)) };
  if (labels.length < 2) return { text: "", winners };
  if (most === 1) return { text: f("agreementNone", values), winners: [] };
  return { text: f(winners.length > 1 ? "agreementTie" : "agreement", values), winners };
}
