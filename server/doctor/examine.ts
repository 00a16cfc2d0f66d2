import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { databaseFile } from '../backup/index.ts';
import * as host from './host.ts';
import * as inside from './log.ts';
import { witnesses } from './witnesses.ts';
import { type HostFinding, fail } from './types.ts';

/** Everything that doctor looks at, in the order in which it is shown. It only reads. */
export async function examine(
  folder: string,
  env: NodeJS.ProcessEnv,
  progress: (done: number, of: number) => void,
): Promise<HostFinding[]> {
  const { finding, config } = host.environment(env);
  const findings: HostFinding[] = [host.node(), finding, host.folder(folder)];
  const look = async (
    check: string,
    at: () => HostFinding | HostFinding[] | Promise<HostFinding | HostFinding[]>,
  ) => {
    try {
      findings.push(...[await at()].flat());
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      findings.push({ check, state: 'unknown', sentence: `This could not be checked: ${sentence}.` });
    }
  };
  for (const name of ['log.key', 'lease.key'] as const) await look('keys', () => host.key(folder, name));
  await look('space', () => host.space(folder));
  await look('database', () => inside.database(folder));
  await look('log', () => inside.log(folder, progress));
  await look('time', () => inside.time(folder, Date.now()));
  await look('policy', () =>
    host.policy(config?.policyFile ?? join(folder, 'policy.yaml'), config?.rpId ?? 'localhost'),
  );
  await look('witnesses', () => witnesses(folder));
  await look('backup', () => host.backups(folder, Date.now()));
  if (config) {
    await look('origins', () => inside.extensions(folder, config));
    await look('server', () => host.server(config));
  }
  return findings;
}

/** Why there is nothing to look at; undefined where there is. */
export function nothingAt(folder: string): HostFinding | undefined {
  return existsSync(join(folder, databaseFile))
    ? undefined
    : fail(
        'folder',
        `There is no log in ${folder}.`,
        "Set COUNTERSIGN_DATA to the server's data folder, or give it with --data.",
      );
}
