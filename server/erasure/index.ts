/** Free text that is erased, on demand or by age, and what is shown in its place. */
export { startRetention } from './retention.ts';
export { entriesOf, erasedView, textsBeside } from './texts.ts';
