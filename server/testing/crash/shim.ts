import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const source = join(import.meta.dirname, 'shim.c');

/** How a call is made to fail; see shim.c. */
export interface Fault {
  readonly kind: 'write' | 'sync' | 'rename' | 'open' | 'truncate' | 'unlink' | 'call';
  /** Which of them, from 1. */
  readonly n: number;
  readonly how: 'EIO' | 'ENOSPC' | 'short' | 'full' | 'KILL';
}

/** Builds the shim, once for each version of its source. Returns its path, or a sentence why there is none. */
export function buildShim(): { path: string } | { missing: string } {
  if (process.platform !== 'linux') return { missing: 'LD_PRELOAD is there on Linux only' };
  const version = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16);
  const path = join(tmpdir(), `countersign-shim-${version}.so`);
  if (existsSync(path)) return { path };
  if (!hasCompiler()) return { missing: 'there is no gcc: install it to run these tests' };
  const made = `${path}.${process.pid}`;
  execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-Wall', '-o', made, source, '-ldl', '-lpthread']);
  renameSync(made, path);
  return { path };
}

function hasCompiler(): boolean {
  if (runs('gcc', '--version')) return true;
  if (process.getuid?.() !== 0 || !runs('apt-get', '--version')) return false;
  return runs('apt-get', 'update') && runs('apt-get', 'install', '-y', 'gcc', 'libc6-dev');
}

function runs(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    return true;
  } catch {
    return false;
  }
}

/** The environment of a server under the shim. */
export function shimmed(of: {
  shim: string;
  folder: string;
  journal: string;
  fault?: Fault;
}): Record<string, string> {
  const { shim, folder, journal, fault } = of;
  return {
    LD_PRELOAD: shim,
    SHIM_FOLDER: folder,
    SHIM_JOURNAL: journal,
    UV_USE_IO_URING: '0', // its writes would pass by the C library
    ...(fault ? { SHIM_FAULT: `${fault.kind}:${fault.n}:${fault.how}` } : {}),
  };
}
