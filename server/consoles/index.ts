export { consoleList, consoleNamed, recordedSentence } from './list.ts';
