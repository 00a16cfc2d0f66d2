import { z } from 'zod';
import { basis, type Level, id, terms, touch } from '#shared/domain/primitives.ts';

/** The entries of this family, by type and version. */
export const schemas = {
  /**
   * The engineer's touch that starts a grant in a browser. Where policy named nobody to decide it makes the grant as
   * well (`basis` is `self-approved`), or lengthens the one that the request extends (then `session` is the one running).
   */
  'session.started/1': z.strictObject({
    session: id,
    grant: id,
    request: id,
    basis,
    terms,
    touch,
  }),
} as const;
export type Names = keyof typeof schemas;

/** Rows of folded state, by kind. Times in ms. */
export interface SessionsRows {
  session: {
    id: string;
    grant: string;
    request: string;
    person: string;
    browser: string;
    console: string;
    level: Level;
    started: number;
    startedWith: string;
    ended?: number;
    actions: number;
    violations: number;
    lastAction?: number;
    /** Its start, more time, its end. Batches are not among them: a row must not grow with what is done. */
    entries: number[];
  };
}
