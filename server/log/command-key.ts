import { spawn } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { fromBase64url, toBase64url } from '#shared/bytes.ts';
import type { PrivateKey } from './key.ts';
import { Trouble } from './types.ts';

/** How long a command may take, in ms. A group of commands waits for its signature. */
const TIMEOUT_MS = 10_000;
/** More than any answer, in bytes. */
const MAX_OUTPUT_BYTES = 4096;

/** The key cannot be reached now. What was committed is signed once it can be. */
export class KeyTrouble extends Trouble {
  override readonly name = 'KeyTrouble';
}

/** Runs `<command> <verb>` without a shell, gives it `input` and returns what it prints. */
function run(command: string, verb: 'public' | 'sign', input: Uint8Array): Promise<Buffer> {
  const [program = '', ...given] = command.split(/\s+/).filter((part) => part !== '');
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(
        new KeyTrouble(
          `The command that holds the log key ${why}. See COUNTERSIGN_LOG_KEY_COMMAND: ${program} ${verb}.`,
        ),
      );
    const child = spawn(program, [...given, verb], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true, // a group of its own, so that what it started ends with it
    });
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    };
    const timer = setTimeout(() => {
      kill();
      fail(`did not answer within ${TIMEOUT_MS / 1000} seconds`);
    }, TIMEOUT_MS);
    const out: Buffer[] = [];
    let size = 0;
    let said = '';
    child.stdout.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= MAX_OUTPUT_BYTES) out.push(part);
      else kill();
    });
    child.stderr.on('data', (part: Buffer) => (said = (said + part.toString()).slice(0, 200)));
    child.on('error', (error) => {
      clearTimeout(timer);
      fail(`could not be started (${error.message})`);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      const line = said.trim().split('\n')[0] ?? '';
      if (size > MAX_OUTPUT_BYTES) fail('printed more than a key or a signature');
      else if (code !== 0) fail(`failed with ${code ?? 'a signal'}${line === '' ? '' : ` (${line})`}`);
      else resolve(Buffer.concat(out));
    });
    // A command that does not read what it is to sign fails by what it prints.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Raw bytes of this length, or their base64 or base64url. */
function bytesOf(output: Buffer, length: number): Uint8Array | undefined {
  if (output.length === length) return new Uint8Array(output);
  const decoded = Buffer.from(output.toString('latin1').trim(), 'base64');
  return decoded.length === length ? new Uint8Array(decoded) : undefined;
}

function publicKeyIn(output: Buffer): Uint8Array | undefined {
  const raw = bytesOf(output, 32);
  if (raw) return raw;
  try {
    const key = createPublicKey(output.toString('utf8'));
    return key.asymmetricKeyType === 'ed25519'
      ? fromBase64url(key.export({ format: 'jwk' }).x ?? '')
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A log key behind a command, so that a KMS or a token can hold it:
 * `<command> public` prints the public key (32 bytes raw or in base64, or SPKI as PEM); `<command> sign` reads a message
 * on stdin and prints its Ed25519 signature (64 bytes raw or in base64). Anything but exit code 0 is a failure, and the
 * first line on stderr is its reason. Each signature is verified before it is used.
 */
export async function commandSigner(command: string): Promise<PrivateKey> {
  const publicKey = publicKeyIn(await run(command, 'public', new Uint8Array()));
  if (!publicKey)
    throw new KeyTrouble(
      'The command that holds the log key prints no Ed25519 public key when asked for it with "public". See COUNTERSIGN_LOG_KEY_COMMAND.',
    );
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) },
    format: 'jwk',
  });
  return {
    publicKey,
    held: 'command',
    async sign(message) {
      const signature = bytesOf(await run(command, 'sign', message), 64);
      if (!signature || !verify(null, message, key, signature))
        throw new KeyTrouble(
          'The command that holds the log key printed something that is not its signature. Nothing was signed with it.',
        );
      return signature;
    },
  };
}
