/** The page's half of the gate: hides the page until it is known whether it may show, and leaves it when it may not. */
export { guardPage } from './veil.ts';
