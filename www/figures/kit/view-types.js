// @ts-check
// A view draws data; the frame (figure.js) gives it a canvas, a cursor, a legend, a summary and ways out.
export {};

/** @typedef {{ row: number, column: number }} Cell */
/** @typedef {{ ink: string, muted: string, line: string, surface: string, sunken: string, accent: string, mark: string, font: string }} Theme */
/** @typedef {{ width: number, height: number, ratio: number, theme: Theme, cursor: Cell | null, highlight: string | null }} Area */
/** @typedef {{ colours: "heat" | "signed", low: number, high: number, unit: string }} Legend */
/** @typedef {{ head: string[], rows: (string | number)[][] }} Table */

/**
 * Every function but `draw` is free of side effects; lengths are CSS pixels, the context is scaled already.
 * @template D
 * @typedef {object} View
 * @property {string} name
 * @property {(data: D, width: number) => number} height for a given width
 * @property {(context: CanvasRenderingContext2D, data: D, area: Area) => void} draw
 * @property {(data: D) => string} summary what a screen reader says
 * @property {(data: D) => Table} table the numbers behind the drawing
 * @property {(data: D) => Legend | null} [legend]
 * @property {(data: D, width: number) => { rows: number, columns: number }} [cells] what the cursor moves over
 * @property {(data: D, cell: Cell) => string} [readout]
 * @property {(data: D, area: { width: number, height: number }, x: number, y: number) => Cell | null} [at] the cell under a point
 */
