import {
  type KeyObject,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { equal, fromBase64url, utf8 } from '#shared/bytes.ts';
import { commandSigner } from './command-key.ts';
import { createDurably, syncFolder } from '../durable-files.ts';
import type { PrivateKey } from './key.ts';

/** A private key in a file: it can sign at once. */
export interface PrivateKeyFile extends PrivateKey {
  readonly path: string;
  sign(message: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** The key files of a data folder: `now` in use, `next` for a rotation, `recovered` for a recovery that waits for its touches. */
const keySlots = { now: '', next: '.next', recovered: '.recovered' } as const;
type KeySlot = keyof typeof keySlots;
type KeyName = 'log.key' | 'lease.key';

const fileOf = (folder: string, name: KeyName, slot: KeySlot): string => join(folder, name + keySlots[slot]);

/** Variables that hold a key or say how to reach one, taken out of the environment so that no child inherits them. */
const taken = new Map<string, string>();

function fromEnvironment(name: string): string | undefined {
  const value = process.env[name];
  if (value !== undefined) {
    delete process.env[name];
    if (value !== '') taken.set(name, value);
  }
  return taken.get(name);
}

/** Takes every key out of `process.env`. To be called before anything starts a child. */
export function takeKeys(): void {
  for (const end of ['', '_NEXT'])
    for (const name of ['COUNTERSIGN_LOG_KEY', 'COUNTERSIGN_LOG_KEY_COMMAND']) fromEnvironment(name + end);
}

/** Forgets what was taken, so that a test can stand for another process. */
export const forgetKeys = (): void => taken.clear();

function pairOf(key: KeyObject): Pick<PrivateKeyFile, 'publicKey' | 'sign'> {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  if (key.asymmetricKeyType !== 'ed25519' || x === undefined) throw new Error('not an Ed25519 key');
  return { publicKey: fromBase64url(x), sign: (message) => new Uint8Array(sign(null, message, key)) };
}

/** Reads a private key from its file. Throws an Error with a sentence where others could read it, or it is no key. */
export function readKeyFile(path: string): PrivateKeyFile {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
    throw new Error(
      `The key ${path} can be read or changed by others than its owner, so it is not used. Run chmod 600 ${path}, and if others may have read it, rotate it.`,
    );
  try {
    return { ...pairOf(createPrivateKey(readFileSync(path))), held: 'file', path };
  } catch {
    // Without its cause: nothing that was read from the file may end in a log line.
    throw new Error(`${path} holds no Ed25519 private key (PKCS8, PEM). Restore it from where it was kept.`);
  }
}

/** What a key file begins with while it is destroyed, so that what a crash left of one is told from a damaged key. */
const destroyed = utf8('destroyed\n');

/** The key in a file. Undefined where there is none, or what a crash left of one that was being destroyed. */
function keyAt(path: string): PrivateKeyFile | undefined {
  if (!existsSync(path)) return undefined;
  return equal(readFileSync(path).subarray(0, destroyed.length), destroyed) ? undefined : readKeyFile(path);
}

/** Makes a key in a file that did not exist. */
function makeKeyFile(path: string): PrivateKeyFile {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  createDurably(path, utf8(pem.toString()), 0o600);
  return readKeyFile(path);
}

function environmentSigner(variable: string, text: string): PrivateKey {
  try {
    const key = text.includes('-----BEGIN')
      ? createPrivateKey(text.replaceAll('\\n', '\n'))
      : createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
    return { ...pairOf(key), held: 'environment' };
  } catch {
    throw new Error(`${variable} holds no Ed25519 private key. Set it to PKCS8, as PEM or its base64.`);
  }
}

/** Ways to a key, in the order in which they are tried. */
function ways(folder: string, name: KeyName): (() => PrivateKey | undefined | Promise<PrivateKey>)[] {
  const variables = name === 'log.key' ? ['COUNTERSIGN_LOG_KEY', 'COUNTERSIGN_LOG_KEY_NEXT'] : [];
  const commands =
    name === 'log.key' ? ['COUNTERSIGN_LOG_KEY_COMMAND', 'COUNTERSIGN_LOG_KEY_COMMAND_NEXT'] : [];
  return [
    ...variables.map((variable) => () => {
      const text = fromEnvironment(variable);
      return text === undefined ? undefined : environmentSigner(variable, text);
    }),
    ...commands.map((variable) => () => {
      const command = fromEnvironment(variable);
      return command === undefined ? undefined : commandSigner(command);
    }),
    ...(['now', 'next', 'recovered'] as const).map((slot) => () => keyAt(fileOf(folder, name, slot))),
  ];
}

/** Every key that this host holds or reaches, and why others could not be read. */
export async function heldKeys(
  folder: string,
  name: KeyName,
): Promise<{ signers: PrivateKey[]; problems: string[] }> {
  const signers: PrivateKey[] = [];
  const problems: string[] = [];
  for (const way of ways(folder, name))
    try {
      const signer = await way();
      if (signer) signers.push(signer);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  return { signers, problems };
}

const what = { 'log.key': 'log key', 'lease.key': 'lease key' } as const;

/**
 * The key with this public key, wherever it is held: which key is in use is the log's word, never a file's name.
 * Throws an Error with a sentence where it is not held.
 */
export async function findKey(folder: string, name: KeyName, publicKey: Uint8Array): Promise<PrivateKey> {
  const { signers, problems } = await heldKeys(folder, name);
  const found = signers.find((signer) => equal(signer.publicKey, publicKey));
  if (found) return found;
  const why =
    problems.length > 0
      ? problems.join(' ')
      : `The ${what[name]} ${fileOf(folder, name, 'now')} is ${existsSync(fileOf(folder, name, 'now')) ? 'not the one that the log names' : 'missing'}. Restore it from where it was kept.`;
  throw new Error(
    name === 'log.key'
      ? `${why} If it is lost for good, stop the server and run countersign recover.`
      : `${why} Browsers believe no other; if it is lost for good, make new keys with countersign log rotate.`,
  );
}

/** The key of a log that has signed nothing yet, made where none was given. */
export async function firstKey(folder: string, name: KeyName): Promise<PrivateKey> {
  const { signers, problems } = await heldKeys(folder, name);
  if (problems[0] !== undefined) throw new Error(problems[0]);
  return signers[0] ?? firstKeyFile(folder, name);
}

/** The key that waits to follow the one in use, if one does. Those of a recovery do not. */
export async function waitingKey(
  folder: string,
  name: KeyName,
  inUse: Uint8Array,
): Promise<PrivateKey | undefined> {
  const { signers } = await heldKeys(folder, name);
  return signers.find(
    ({ publicKey, path }) => !equal(publicKey, inUse) && path !== fileOf(folder, name, 'recovered'),
  );
}

/** A key to follow those in use: one that was given already and is not among them, else a new one in a file. */
export async function makeNextKey(
  folder: string,
  name: KeyName,
  slot: 'next' | 'recovered',
  used: readonly Uint8Array[],
): Promise<PrivateKey> {
  const { signers } = await heldKeys(folder, name);
  const given = signers.find(
    ({ publicKey, held }) => held !== 'file' && !used.some((key) => equal(key, publicKey)),
  );
  const path = fileOf(folder, name, slot);
  if (given) return given;
  if (existsSync(path)) destroyKey(path);
  return makeKeyFile(path);
}

/**
 * Once the log names this key and the head that says so is in the lock: it takes the place of the one `before`, which is
 * destroyed. A crash anywhere within leaves the key in one of the slots that the next start looks at. A file with any
 * other key is left alone.
 */
export function settleKey(
  folder: string,
  name: KeyName,
  inUse: PrivateKey,
  before: Uint8Array | undefined,
): void {
  const now = fileOf(folder, name, 'now');
  if (inUse.path === now) return;
  if (existsSync(now)) {
    const there = keyAt(now);
    if (there && (!before || !equal(there.publicKey, before))) return;
    destroyKey(now);
  }
  if (inUse.path === undefined) return;
  renameSync(inUse.path, now);
  syncFolder(now);
}

/** The key of a data folder that announced none yet, made where it is missing. */
export function firstKeyFile(folder: string, name: KeyName): PrivateKeyFile {
  const path = fileOf(folder, name, 'now');
  return keyAt(path) ?? makeKeyFile(path);
}

/** The key file with this public key, of those that a data folder has. */
export function findKeyFile(
  folder: string,
  name: KeyName,
  publicKey: Uint8Array,
): PrivateKeyFile | undefined {
  return (['now', 'next', 'recovered'] as const)
    .map((slot) => keyAt(fileOf(folder, name, slot)))
    .find((signer) => signer && equal(signer.publicKey, publicKey));
}

/** Removes keys that waited for something that will not happen. */
export function dropWaiting(folder: string, slot: 'next' | 'recovered'): void {
  for (const name of ['log.key', 'lease.key'] as const) {
    const path = fileOf(folder, name, slot);
    if (existsSync(path)) destroyKey(path);
  }
}

/**
 * Overwrites a private key and removes it. That is as far as a program gets: flash memory, snapshots and backups may
 * keep copies, and whoever has one can sign as the old key, which browsers that followed the rotation do not believe.
 */
function destroyKey(path: string): void {
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  try {
    const rest = randomBytes(Math.max(0, size - destroyed.length));
    writeSync(file, Buffer.concat([destroyed, rest]), 0, undefined, 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  unlinkSync(path);
  syncFolder(path);
}
