import { z } from 'zod';
import { parseCanonical } from '#shared/log/canonical.ts';
import { readForm } from '#shared/log/form.ts';
import { statements as browsers } from './browsers/statements.ts';
import { statements as erasure } from './erasure/statements.ts';
import { statements as people } from './people/statements.ts';
import { statements as requests } from './requests/statements.ts';
import { statements as sessions } from './sessions/statements.ts';
import { statements as succession } from './succession/statements.ts';

/**
 * What a touch means, in full. The page draws one of these objects, hashes the very same object into the WebAuthn
 * challenge, and the server and every later verifier compare it with what the log says.
 */
export const statements = {
  ...browsers,
  ...erasure,
  ...people,
  ...requests,
  ...sessions,
  ...succession,
} as const;

export type StatementType = keyof typeof statements;
export type StatementOf<T extends StatementType> = z.infer<(typeof statements)[T]>;
export type Statement = { [T in StatementType]: StatementOf<T> }[StatementType];

type Options = [(typeof statements)[StatementType], ...(typeof statements)[StatementType][]];
export const statement = z.discriminatedUnion('type', Object.values(statements) as unknown as Options);

/** Reads the text of a statement strictly. Throws SyntaxError or FormError on anything that is not exactly one. */
export const readStatement = (text: string): Statement => readForm(statement, parseCanonical(text));
