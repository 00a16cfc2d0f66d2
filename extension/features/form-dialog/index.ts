/** The request form over a console's page. */
export { CLOSE_FORM } from './close.ts';
export { formDialog } from './dialog.ts';
