/** What a person does in a console's page, recorded in words. */
export { startRecorder } from './listen.ts';
export { describe, meant } from './names.ts';
