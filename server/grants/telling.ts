import type { Services } from '../context.ts';

/**
 * Tells pages and browsers of whatever ended, was shortened or expired, whoever brought it about: their consoles shut at
 * the nudge, not at the next heartbeat. Returns how to stop.
 */
export function tellOfEnds({ log, hub }: Services): () => void {
  return log.subscribe((entries) => {
    for (const { entry } of entries) {
      if (entry.type === 'request.expired') {
        const request = log.state.get('request', entry.body.request);
        hub.nudge(['inbox', 'log', `request:${entry.body.request}`], request?.browser);
      }
      if (entry.type === 'grant.ended' || entry.type === 'grant.shortened') {
        const grant = log.state.get('grant', entry.body.grant);
        if (!grant) continue;
        const { request, session = '', browser } = grant;
        hub.nudge(['live', 'inbox', 'log', `request:${request}`, `session:${session}`], browser);
      }
    }
  });
}
