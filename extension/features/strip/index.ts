/** The strip over a console's page: what is open, for how long, and the buttons to ask and to end. */
export { startStrip } from './strip.ts';
