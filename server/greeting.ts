import type { Services } from './context.ts';

/** What is said on the screen at start: where it listens, and what whoever started it has to do or know. */
export function greeting({ config, log, setup }: Pick<Services, 'config' | 'log' | 'setup'>): string[] {
  const { listen, webOrigin } = config;
  const { health } = log;
  const lines = [`Countersign is listening on http://${listen.host}:${listen.port}, for ${webOrigin}`];
  if (log.size > 0) lines.push(`Genesis ${log.genesis}`);
  // A link that leads nowhere would hide what is wrong.
  if (!health.ok) lines.push(`The log cannot be written, so nothing new is allowed: ${health.reason}`);
  else if (setup.code !== undefined)
    lines.push(
      `\nNobody is enrolled yet. Open this one-time link to enrol the first administrator's key:\n\n  ${webOrigin}/setup#${setup.code}\n`,
    );
  return lines;
}
