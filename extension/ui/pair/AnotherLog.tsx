import { Banner, Button, Card, DefinitionList, Hash, Row, Stack } from '#shared/ui/index.ts';
import { Head } from '../Head.tsx';
import { useSend } from '../useSend.ts';

/** The address is known here and shows another log. Nothing is taken unless the person says so. */
export function AnotherLog({ held, shown, host }: { held: string; shown: string; host: string }) {
  const { run, busy, failure } = useSend('another-log');
  return (
    <>
      <Head title="This server shows another log" />
      <Card
        tone="shut"
        footer={
          <Row end>
            <Button busy={busy} onClick={() => void run({ shown, take: true })}>
              Pair with the other log
            </Button>
            <Button kind="primary" busy={busy} onClick={() => void run({ shown, take: false })}>
              Do not pair
            </Button>
          </Row>
        }
      >
        <Stack gap={4}>
          <p role="alert">
            This browser was paired with a log at <b>{host}</b> that began otherwise. Either the server was
            set up anew, or somebody put another one in its place to hide what the first one recorded.
          </p>
          <DefinitionList
            items={[
              {
                term: 'Genesis known here',
                value: <Hash value={held} what="genesis hash known here" whole />,
              },
              {
                term: 'Genesis shown now',
                value: <Hash value={shown} what="genesis hash shown now" whole />,
              },
            ]}
          />
          <p>
            Ask an administrator, by another way than this server, whether it was set up anew and what its
            genesis hash is. If you pair, what the first log shut stays shut in this browser until an
            administrator of that log releases it. Where it is gone for good, that takes a new installation of
            this extension.
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
