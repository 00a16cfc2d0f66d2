import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseCosignerVkey } from '#shared/log/note/cosignature.ts';
import { NoteError, type NoteKey, isKeyName, parseVkey } from '#shared/log/note/keys.ts';

/** `witnesses.yaml` in the data folder: who witnesses this log from outside, and which other logs this server witnesses. */

const key = (read: (vkey: string) => NoteKey) =>
  z.string().transform((text, context): NoteKey => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof NoteError ? error.message : 'not a verifier key',
      });
      return z.NEVER;
    }
  });

const absolute = z.string().refine(isAbsolute, 'Write the whole path, from the root on.');

const settings = z.strictObject({
  /** C2SP tlog-witness servers, other Countersign servers among them. */
  witnesses: z
    .array(
      z.strictObject({
        url: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, '')),
        key: key(parseCosignerVkey),
      }),
    )
    .default([]),
  /** Clones of Git repositories, each of which gets a commit and a push with every checkpoint. */
  git: z.array(absolute).default([]),
  /** Folders, on write-once storage if they are to be worth something. */
  folders: z.array(absolute).default([]),
  /** Verifier keys of other logs, for which this server is a witness. */
  logs: z.array(key(parseVkey)).default([]),
  /** The name under which it cosigns them; its own host and `/witness` where it is left out. */
  name: z.string().refine(isKeyName, 'A name has no spaces and no plus.').optional(),
});
export type WitnessSettings = z.infer<typeof settings>;

/** Reads the file; an absent one names nobody. Throws an Error that names each wrong field. */
export async function readSettings(folder: string): Promise<WitnessSettings> {
  const path = join(folder, 'witnesses.yaml');
  let text = '';
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (cause) {
    throw new Error(`${path} is not YAML: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  const parsed = settings.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path: field, message }) => `${field.join('.')}: ${message}`);
  throw new Error(`${path} is not valid.\n${lines.join('\n')}`);
}
