import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * What a backup is: a folder with the database as it was at one moment (`countersign.db`), a checkpoint that was signed
 * before it (`checkpoint`), the policy file if there was one (`policy.yaml`), and this list of them (`manifest.json`).
 * No private key is in it.
 */
export const manifest = z.strictObject({
  format: z.literal('countersign-backup/1'),
  /** The log's origin and verifier key, as the log itself names them. */
  origin: z.string(),
  logKey: z.string(),
  /** When it was taken, ms. */
  at: z.int(),
  /** Entries in the database. */
  size: z.int(),
  /** Entries under the checkpoint. The database may be a moment ahead. */
  signed: z.int(),
  files: z.record(z.string(), z.strictObject({ bytes: z.int(), sha256: z.string() })),
});
export type BackupManifest = z.infer<typeof manifest>;

export const manifestFile = 'manifest.json';
export const checkpointFile = 'checkpoint';
export const databaseFile = 'countersign.db';

/** Length and SHA-256 (hex) of a file. */
export async function weigh(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

/** Reads the manifest of a backup and holds the files against it. Throws a sentence where it is not what was written. */
export async function readManifest(backup: string): Promise<BackupManifest> {
  const path = join(backup, manifestFile);
  if (!existsSync(path))
    throw new Error(
      `There is no backup at ${backup}: it has no ${manifestFile}. Give a folder made by \`countersign backup\`.`,
    );
  const parsed = manifest.safeParse(parse(await readFile(path, 'utf8')));
  if (!parsed.success) throw new Error(`This version cannot read ${path}. Use another backup.`);
  for (const [name, { bytes, sha256 }] of Object.entries(parsed.data.files)) {
    const file = join(backup, name);
    const found = existsSync(file) ? await weigh(file) : undefined;
    if (found?.bytes !== bytes || found.sha256 !== sha256)
      throw new Error(`${file} is not the file that was backed up. Use another backup.`);
  }
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
