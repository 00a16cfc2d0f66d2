/** What features inside a console's page share: the page they are given, our own elements, and a page that fights them. */
export { isOwn, markOwn } from './own.ts';
export type { ConsolePage, PageFeature } from './page.ts';
export { rearmed } from './rearm.ts';
export { reportTampering, tamperCount } from './tamper.ts';
