// @ts-check

/** What the figure of a step tells the page around its frame: how high it is, so that it need not scroll. */
export const HEIGHT = "vitrine-height";
