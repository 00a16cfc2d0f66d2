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
  `This browser was paired with ${new URL(by.server).host}. Its consoles stay shut here until an administrator ` +
  'there releases this browser, under People, Browsers.';

/** What is left where nobody there can; nothing while that server answers for this browser. */
export function goneWords({ server: before, trouble }: By, server: string): string[] {
  const host = new URL(before).host;
  if (trouble === '') return [];
  if (trouble === 'unproven')
    return [`${host} says it released this browser but did not prove it. Contact an administrator there.`];
  const now =
    server === ''
      ? 'The server you pair with next will see a new browser.'
      : `${new URL(server).host} will see a new browser, and the current pairing stays in its list until someone unpairs it.`;
  return [
    trouble === 'silent'
      ? `${host} is not responding.`
      : `${host} no longer knows this browser: it has a different log now.`,
    `If it is gone for good, remove and reinstall this extension. ${now}`,
  ];
}
