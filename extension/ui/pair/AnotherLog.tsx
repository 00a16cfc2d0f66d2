import { Banner, Button, Card, DefinitionList, Hash, Row, Stack } from '#shared/ui/index.ts';
import { Head } from '../Head.tsx';
import { useSend } from '../useSend.ts';

/** The address is known here and shows another log. Nothing is taken unless the person says so. */
export function AnotherLog({ held, shown, host }: { held: string; shown: string; host: string }) {
  const { run, busy, failure } = useSend('another-log');
  return (
    <>
      <Head title="This server has a different log" />
      <Card
        tone="shut"
        footer={
          <Row end>
            <Button busy={busy} onClick={() => void run({ shown, take: true })}>
              Pair with the new log
            </Button>
            <Button kind="primary" busy={busy} onClick={() => void run({ shown, take: false })}>
              Do not pair
            </Button>
          </Row>
        }
      >
        <Stack gap={4}>
          <p role="alert">
            This browser was paired with a different log at <b>{host}</b>. Either the server was reinstalled,
            or someone replaced it to hide what the first log recorded.
          </p>
          <DefinitionList
            items={[
              {
                term: 'Known genesis hash',
                value: <Hash value={held} what="known genesis hash" whole />,
              },
              {
                term: 'Genesis hash now',
                value: <Hash value={shown} what="genesis hash now" whole />,
              },
            ]}
          />
          <p>
            Ask an administrator, outside Countersign, whether the server was reinstalled and what its genesis
            hash is. If you pair, the first log’s consoles stay shut here until one of its administrators
            releases this browser. If that log is gone for good, you have to reinstall this extension.
          </p>
          {failure && (
            <Banner kind="warn" live>
              {failure.sentence}
            </Banner>
          )}
        </Stack>
      </Card>
    </>
  );
}
