import { Card, LinkButton, Stack } from '#shared/ui/index.ts';
import type { Status } from '../platform/status.ts';

type By = Status['former'][number];

/** What a former server shut, and how it comes to be let go. */
export function FormerServer({ by, server }: { by: By | undefined; server: string }) {
  if (!by) return null;
  const host = new URL(by.server).host;
  return (
    <Card
      tone="shut"
      title={`${host} has not released this browser`}
      footer={
        <LinkButton icon="external" href={by.server} target="_blank">
          Open {host}
        </LinkButton>
      }
    >
      <Stack gap={3}>
        <p role="status">{keptWords(by)}</p>
        {goneWords(by, server).map((words) => (
          <p key={words}>{words}</p>
        ))}
      </Stack>
    </Card>
  );
}

/** Who can release it, and where. */
export const keptWords = (by: By): string =>
  `This browser was paired with ${new URL(by.server).host}, and what that server shut stays shut. ` +
  'An administrator there can release this browser: People, Browsers, Release.';

/** What is left where nobody there can; nothing while that server answers for this browser. */
export function goneWords({ server: before, trouble }: By, server: string): string[] {
  const host = new URL(before).host;
  if (trouble === '') return [];
  if (trouble === 'unproven')
    return [
      `${host} says that it released this browser, and does not prove it. Tell an administrator there.`,
    ];
  const now =
    server === ''
      ? 'The server that you pair with then sees a new browser and cannot tell that there was one before.'
      : `${new URL(server).host} then sees a new browser and cannot tell that there was one before; the present pairing stays in its list until somebody unpairs it.`;
  return [
    trouble === 'silent'
      ? `${host} does not answer.`
      : `${host} does not know this browser any more: another log is there now.`,
    `If it is gone for good, remove this extension and install it anew. ${now}`,
  ];
}
