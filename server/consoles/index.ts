/** The list of consoles that browsers are told, signed and numbered. */
export { consoleList, consoleNamed, recordedSentence } from './list.ts';
