import { z } from 'zod';
import { base64url } from '#shared/bytes.ts';

/** A value that is not in its form. `newer` where it only says more than this version knows: then nobody is wrong. */
export class FormError extends Error {
  readonly newer: boolean;

  constructor(newer: boolean, cause: z.ZodError) {
    super(newer ? 'it says something that this version does not know' : 'it is not in its form', { cause });
    this.name = 'FormError';
    this.newer = newer;
  }
}

/** Reads a value by its form. Throws FormError. */
export function readForm<T>(schema: z.ZodType<T>, value: unknown): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new FormError(isNewer(error, value), error);
}

/**
 * Whether everything that is wrong with a value is what a later version may have added to its form: a field, a word
 * where this version lists words, a type, a version.
 */
export const isNewer = ({ issues }: z.ZodError, value: unknown): boolean =>
  issues.every((issue) => {
    if (issue.code === 'unrecognized_keys') return true;
    const said = valueAt(value, issue.path);
    if (issue.code === 'invalid_union')
      return issue.errors.length === 0
        ? isWord(said)
        : issue.errors.some((of) => of.length > 0 && of.every(({ code }) => code === 'unrecognized_keys'));
    if (issue.code !== 'invalid_value') return false;
    return issue.values.length > 1 ? isWord(said) : isVersion(issue.path, said);
  });

/** A word as the log spells its words: `handed-back`. */
const isWord = (value: unknown): boolean => typeof value === 'string' && /^[a-z][a-z-]*$/.test(value);

const isVersion = (path: readonly PropertyKey[], value: unknown): boolean =>
  (path.at(-1) === 'v' && Number.isSafeInteger(value) && Number(value) > 1) ||
  (path.at(-1) === 'format' && typeof value === 'string' && /^countersign\/(?:[a-z]+\/)?\d+$/.test(value));

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (of, key) =>
      typeof of === 'object' && of !== null ? (of as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );

/** base64url without padding of exactly `bytes` bytes. */
export const b64u = (bytes: number) =>
  z
    .string()
    .regex(base64url)
    .length(Math.ceil((bytes * 4) / 3));
/** base64url without padding of at least one byte, at most `max` characters. */
export const b64uUpTo = (max: number) => z.string().regex(base64url).min(1).max(max);
