import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { listen } from '../consoles/ports.ts';
import { findChromium } from './find.ts';

const run = promisify(execFile);

/** Where browsers on Linux read the policy of a machine. */
const PLACES = {
  chromium: [
    '/etc/chromium/policies/managed/countersign.json',
    '/etc/opt/chrome/policies/managed/countersign.json',
    '/etc/opt/chrome_for_testing/policies/managed/countersign.json',
  ],
  firefox: ['/etc/firefox/policies/policies.json'],
};

/**
 * A program that starts a browser on a machine with this policy: real files, in a private copy of /etc that only this
 * browser and its children see. Linux only, and it takes the right to mount: root, or user namespaces.
 */
export async function underPolicy(
  kind: keyof typeof PLACES,
  browser: string,
  policy: object,
): Promise<{ program: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-policy-'));
  const etc = join(folder, 'etc');
  await cp('/etc', etc, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => !file.includes('shadow'),
  });
  for (const place of PLACES[kind]) {
    const file = join(folder, place);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(policy));
  }
  const program = join(folder, 'browser');
  const unshare = process.getuid?.() === 0 ? 'unshare -m' : 'unshare -rm';
  await writeFile(
    program,
    `#!/bin/sh\nexec ${unshare} sh -c 'mount --bind ${etc} /etc && exec "$@"' sh '${browser}' "$@"\n`,
  );
  await chmod(program, 0o755);
  return { program, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** An extension as a company rolls it out: packed with a key of its own, on an update server of its own. */
export interface RolledOut {
  id: string;
  /** What `update_url` of the policy says. */
  updateUrl: string;
  stop: () => Promise<void>;
}

export async function rollOut(extensionDir: string): Promise<RolledOut> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-crx-'));
  const unpacked = join(folder, 'countersign');
  await cp(extensionDir, unpacked, { recursive: true });
  const { path } = await findChromium();
  await run(path, [
    '--no-sandbox',
    `--user-data-dir=${join(folder, 'profile')}`,
    `--pack-extension=${unpacked}`,
  ]);
  const key = createPublicKey(await readFile(join(folder, 'countersign.pem')));
  const id = idOf(key.export({ type: 'spki', format: 'der' }));
  const { version } = JSON.parse(await readFile(join(unpacked, 'manifest.json'), 'utf8')) as {
    version: string;
  };
  const crx = await readFile(join(folder, 'countersign.crx'));
  let origin = '';
  const server = createServer(({ url = '' }, answer) => {
    if (!url.startsWith('/updates.xml')) return answer.end(crx);
    return answer.end(
      `<?xml version="1.0"?><gupdate xmlns="http://www.google.com/update2/response" protocol="2.0"><app appid="${id}"><updatecheck codebase="${origin}/countersign.crx" version="${version}"/></app></gupdate>`,
    );
  });
  origin = `http://127.0.0.1:${await listen(server, 0)}`;
  return {
    id,
    updateUrl: `${origin}/updates.xml`,
    stop: async () => {
      await new Promise((closed) => server.close(closed));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Chromium's id of an extension: the first 16 bytes of SHA-256 of its public key, in letters from a to p. */
const idOf = (publicKey: Buffer): string =>
  createHash('sha256')
    .update(publicKey)
    .digest('hex')
    .slice(0, 32)
    .replace(/./g, (digit) => 'abcdefghijklmnop'.charAt(parseInt(digit, 16)));
