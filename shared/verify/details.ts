import { commit } from '#shared/domain/signing.ts';

/** Whether the text is what was committed to. */
export const isCommitted = (detail: { salt: string; text: string; commitment: string }): boolean =>
  commit(detail.salt, detail.text) === detail.commitment;
