import { CLOSE_FORM } from '../features/form-dialog/index.ts';
import { closeTab } from '../platform/pages.ts';

/** Closes the form: its dialog in a console's page, or its own tab. */
export function closeForm(framed: boolean): void {
  // Whoever framed us may hear this, whatever their origin: it is no secret that a form was closed.
  if (framed) window.parent.postMessage(CLOSE_FORM, '*');
  else closeTab().catch(() => undefined);
}
