import { createHash } from 'node:crypto';
import { copyFile, mkdir, open, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkGateable } from '#shared/policy/gateable.ts';
import { maxPolicyBytes, parsePolicy, wholeFile, type Problem } from '#shared/policy/parse.ts';
import type { Policy } from '#shared/policy/schema.ts';

/**
 * What a policy file says: the policy with its text and hash, or why it is refused. A refused file changes
 * nothing; the policy in force stays the last one that the log holds.
 */
export type PolicyFile =
  | { ok: true; policy: Policy; text: string; hash: string }
  | { ok: false; problems: Problem[] };

/** SHA-256 of the policy's text in UTF-8, base64url: the name of this policy in statements and entries. */
export const policyHash = (text: string): string =>
  createHash('sha256').update(text, 'utf8').digest('base64url');

/**
 * Reads and checks a policy file. Never throws for what an administrator may do to the file.
 * @param own the server's host, which no console may cover
 */
export async function readPolicyFile(path: string, own: string): Promise<PolicyFile> {
  const bytes = await readBytes(path);
  return typeof bytes === 'string' ? refused(bytes) : judge(bytes, own);
}

/** Puts the commented example where no policy is yet; says whether it did. The folder is made if missing. */
export async function writeExamplePolicy(path: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await copyFile(new URL('example.yaml', import.meta.url), path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Calls `onChange` with what the file says now, once for each new content. It reads the file every second instead
 * of asking the system to tell, because editors replace files rather than write them, and because network and
 * container mounts tell nothing. A content must stand through two readings: a half-written file can be a valid
 * policy with fewer rules. A file that went away is reported once, too.
 *
 * @param options.since hash of the content known already; the content at the first reading if left out
 * @param options.every ms between readings
 * @returns stops the watch; no call comes after it
 */
export function watchPolicyFile(
  path: string,
  own: string,
  onChange: (file: PolicyFile) => void,
  options: { since?: string; every?: number } = {},
): () => void {
  let known = options.since;
  let pending: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const look = async () => {
    const bytes = await readBytes(path);
    if (stopped) return;
    const mark = typeof bytes === 'string' ? bytes : createHash('sha256').update(bytes).digest('base64url');
    known ??= mark;
    if (mark === known) pending = undefined;
    else if (mark !== pending) pending = mark;
    else {
      known = mark;
      pending = undefined;
      onChange(typeof bytes === 'string' ? refused(bytes) : judge(bytes, own));
    }
    timer = setTimeout(() => void look(), options.every ?? 1_000).unref();
  };
  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** The file's bytes, or the sentence that says why there are none. Never more than a policy may have, and one. */
async function readBytes(path: string): Promise<Buffer | string> {
  try {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(maxPolicyBytes + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
        length += bytesRead;
        if (bytesRead === 0 || length === buffer.length) break;
      }
      if (length === buffer.length) {
        return `The policy has more than the ${maxPolicyBytes} bytes that fit in an entry of the log. Shorten it.`;
      }
      return buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT')
      return 'There is no such file. `npm start` writes a commented example at first run.';
    if (code === 'EISDIR') return 'This is a folder. Name the policy file in it.';
    return `The file cannot be read (${code ?? String(error)}). Let the user that runs Countersign read it.`;
  }
}

function judge(bytes: Buffer, own: string): PolicyFile {
  let text: string;
  try {
    // A mark at the start is kept, so that the text hashes to what the file hashes to.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refused('The file is not UTF-8 text. Save it as UTF-8.');
  }
  const parsed = parsePolicy(text, (policy) => checkGateable(policy, own));
  return parsed.ok ? { ...parsed, text, hash: policyHash(text) } : parsed;
}

const refused = (sentence: string): PolicyFile => ({ ok: false, problems: [wholeFile(sentence)] });

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
