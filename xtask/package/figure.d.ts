/**
 * `<vitrine-figure>`: importing this module defines it. Its attributes are in README.md; "drawn" is dispatched when it
 * stands.
 */
export declare class VitrineFigure extends HTMLElement {
  static observedAttributes: string[];
}

declare global {
  interface HTMLElementTagNameMap {
    "vitrine-figure": VitrineFigure;
  }
}
