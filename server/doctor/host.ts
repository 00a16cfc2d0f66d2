import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseFile, lastBackup } from '../backup/index.ts';
import { type Config, readConfig } from '../config.ts';
import { heldKeys } from '../log/index.ts';
import { readPolicyFile } from '../policy/index.ts';
import { type HostFinding, fail, ok, warn } from './types.ts';

/** What lies around the log: the program, the folder, its files, the disk. */

const DAY_MS = 86_400_000;
const MiB = 2 ** 20;

export function node(version = process.versions.node): HostFinding {
  return Number.parseInt(version, 10) >= 24
    ? ok('node', `Node ${version}.`)
    : fail('node', `This is Node ${version}.`, 'Install Node 24 or newer.');
}

/** The environment as the server would read it, or what is wrong with it. */
export function environment(env: NodeJS.ProcessEnv): { finding: HostFinding; config?: Config } {
  try {
    const config = readConfig(env);
    return { finding: ok('environment', `The server is ${config.webOrigin}.`), config };
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    return {
      finding: fail('environment', sentence, 'Run doctor with the environment of the server, as its user.'),
    };
  }
}

export function folder(path: string, user = process.getuid?.()): HostFinding {
  const { mode, uid } = statSync(path);
  if ((mode & 0o077) !== 0)
    return fail('folder', `${path} can be read by others than its owner.`, `Run chmod 700 ${path}.`);
  if (user !== undefined && user !== uid && user !== 0)
    return warn('folder', `${path} is another user's.`, "Run doctor as the server's user.");
  return ok('folder', `${path} is for its owner only.`);
}

export async function key(path: string, name: 'log.key' | 'lease.key'): Promise<HostFinding> {
  const { signers, problems } = await heldKeys(path, name);
  const [problem] = problems;
  if (problem !== undefined)
    return fail('keys', problem, 'Until then, the server does not use this key and may not start.');
  const [signer] = signers;
  if (!signer)
    return fail('keys', `${name} is missing.`, 'Put it back from where you keep the keys; no backup has it.');
  return ok(
    'keys',
    signer.held === 'file'
      ? `${name} can be read by its owner only.`
      : `${name} is held by ${held[signer.held]}.`,
  );
}

const held = { environment: 'the environment', command: 'a command' } as const;

/** The database doubles while it is copied in its place, so that is what should be free. */
export async function space(path: string): Promise<HostFinding> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  const said = `${Math.floor(free / MiB).toLocaleString('en')} MiB are free.`;
  const database = statSync(join(path, databaseFile)).size;
  if (free < 100 * MiB)
    return fail(
      'space',
      said,
      'Make room now: on a full disk nothing is written and nothing new is allowed.',
    );
  return free < Math.max(1024 * MiB, database)
    ? warn('space', said, 'Make room, or have the disk monitored.')
    : ok('space', said);
}

export async function policy(file: string, own: string): Promise<HostFinding> {
  const read = await readPolicyFile(file, own);
  return read.ok
    ? ok('policy', `${file} can be read.`)
    : fail(
        'policy',
        `${file} would be refused, and the policy before stays in force.`,
        `Run \`countersign policy check ${file}\`: it says where and why.`,
      );
}

export function backups(path: string, now: number): HostFinding {
  const last = lastBackup(path);
  const next = 'Run `countersign backup <folder>` every day, to another disk.';
  if (!last) return warn('backup', 'No backup has been taken.', next);
  const hours = Math.floor((now - last.at) / 3_600_000);
  const said = `The last backup was taken ${hours < 1 ? 'less than an hour' : `${hours} h`} ago, of ${last.size} entries, to ${last.target}.`;
  return now - last.at > 2 * DAY_MS ? warn('backup', said, next) : ok('backup', said);
}

/** Whether the server answers, and whether it can write. */
export async function server({ listen }: Config): Promise<HostFinding> {
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  const address = `http://${host}:${listen.port}`;
  try {
    const answer = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(5000) });
    const said = (await answer.text()).trim();
    return answer.ok
      ? ok('server', `It runs at ${address} and can write the log.`)
      : fail('server', `It runs at ${address} and cannot write the log: ${said}`, 'See the other checks.');
  } catch {
    return warn('server', `No server answers at ${address}.`, 'Start it if it should be running here.');
  }
}
