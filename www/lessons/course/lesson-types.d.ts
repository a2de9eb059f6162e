/**
 * A lesson is data: what to say (keys into www/i18n/lessons.*.js), which figure to show in which state, what to ask.
 */
export interface Lesson {
  id: string; // also the key of its texts: `${id}.title`, `${id}.idea`
  model: string; // catalogue id that the lesson loads first
  steps: Step[];
  readOn: Source[]; // the paper first
}

export interface Step {
  id: string; // in the URL
  claims?: Claim[]; // what the text says of the networks that ship, measured by tests/browser/claims.test.mjs
  text: string; // key prefix: `${text}.title`, `${text}.body`
  figure: { view: string; state: Record<string, unknown> }; // both as declared in vocabulary.js
  photo?: string; // the sample on which its figure shows what the text says, where that is not the page's first
  terms: Term[];
  formula?: { mathml: string; alt: string }; // alt: key of the spoken form
  question?: Question;
  offers?: string; // catalogue id of a full-size network that this step gains from; the step works without
}

/**
 * What a step says of a network that ships, as a number that a test measures (`tests/browser/measures.mjs` lists the
 * measures).
 */
export interface Claim {
  says: string; // in English, for docs/lessons.md
  measure: string;
  of: Record<string, unknown>; // the network, and what is measured of it
  is: "==" | ">=" | "<=";
  value: number;
}

/** A glossary entry used in this step's text, and the part of the figure that it names, where there is one. */
export interface Term {
  term: string;
  highlight?: string;
}

/**
 * Answered by doing: `answer` is shown once the figure reports what `until` asks for (reports are declared in
 * vocabulary.js).
 */
export interface Question {
  ask: string; // key
  /**
   * Key prefix of three predictions, `seen` (what the figure then shows), `other` and `third`: the figure is still
   * until one is made.
   */
  predict?: string;
  until: { report: string; is: "==" | "!=" | ">=" | "<="; value: number | string | boolean };
  answer: string; // key
}

export interface Source {
  title: string;
  authors: string;
  year: number;
  cite: string;
}

/**
 * Marks inside a body, question or answer:
 *   [[glossary-key|shown words]]   a link to the glossary; lights up the step's highlight for that term
 *   {{part|shown words}}           lights up that part of the figure
 */
