export { startRetention } from './retention.ts';
export { entriesOf, erasedView, textsBeside } from './texts.ts';
