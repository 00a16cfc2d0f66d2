import { useState } from 'preact/hooks';
import {
  Badge,
  Banner,
  Button,
  Card,
  Code,
  DefinitionList,
  Dialog,
  SafeText,
  Stack,
  Time,
} from '#shared/ui/index.ts';
import { newId } from '#shared/bytes.ts';
import { fingerprint } from '#shared/log/note/keys.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import { wire } from '#shared/wire/index.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { api } from '../state/api.ts';
import { hasRole } from '../state/me.ts';
import { say } from '../state/toasts.ts';
import { useResource } from '../state/useResource.ts';
import { actStatement } from '../touch/statements.ts';
import { touchNow, useTouch } from '../touch/useTouch.ts';

type Keys = AnswerOf<typeof wire.logKeys>;
type Next = NonNullable<Keys['next']>;

const places = {
  file: 'In a file in the data folder, readable only by its owner',
  environment: 'In the server’s environment',
  command: 'Behind a signing command',
} as const;

/** Which key signs the log, where it is held, and how keys followed one another. */
export function Key() {
  const keys = useResource('log-keys', () => api(wire.logKeys, {}), ['log', 'acts']);
  return (
    <Card title="Log key">
      <Loaded from={keys} lines={4}>
        {({ logKey, held, since, entry, leaseProblem, next, changes }) => (
          <Stack>
            {leaseProblem !== undefined && (
              <Banner kind="danger" title="Consoles stay shut">
                {leaseProblem}
              </Banner>
            )}
            {next && <Waiting next={next} />}
            <DefinitionList
              items={[
                { term: 'Fingerprint', value: <code>{fingerprint(logKey)}</code> },
                {
                  term: 'Held',
                  value: held ? places[held] : <Badge tone="shut">Missing</Badge>,
                },
                {
                  term: 'In use since',
                  value: (
                    <>
                      <Time at={since} show="local" />, entry {entry}
                    </>
                  ),
                },
              ]}
            />
            {changes.length > 0 && (
              <ul>
                {changes.map(({ index, at, who, words }) => (
                  <li key={index}>
                    <Time at={at} show="local" />: <SafeText text={words} max={200} /> (
                    <SafeText text={who} max={80} />, entry {index})
                  </li>
                ))}
              </ul>
            )}
            <details>
              <summary>Verifier key to pin</summary>
              <Code text={logKey} what="Verifier key" />
            </details>
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}

/** Keys wait on the host: an administrator proposes that they follow. */
function Waiting({ next }: { next: Next }) {
  const [open, setOpen] = useState(false);
  return (
    <Banner
      title="A new log key is ready on the host"
      action={
        hasRole('administrator') && (
          <Button size="s" onClick={() => setOpen(true)}>
            Review
          </Button>
        )
      }
    >
      Somebody ran <code>countersign log rotate</code> there. Nothing changes until two administrators approve
      the rotation.
      {open && <Propose next={next} onClose={() => setOpen(false)} />}
    </Banner>
  );
}

function Propose({ next, onClose }: { next: Next; onClose: () => void }) {
  const touching = useTouch();
  const { logKey, leaseKey, held } = next;
  const propose = (): void =>
    void touching.run(async (signal) => {
      const act = { id: newId(), what: { type: 'rotation' as const, logKey, leaseKey } };
      const touch = await touchNow((draft, by) => actStatement(draft, by, act), signal);
      await api(wire.proposeAct, { body: { touch } });
      say('Proposed. Another administrator can confirm it in their inbox.');
      onClose();
    });
  return (
    <Dialog title="Rotate the log key" onClose={onClose} actions={<Button onClick={onClose}>Cancel</Button>}>
      <Stack>
        <p>Compare the fingerprint with the one that the command printed on the host.</p>
        <DefinitionList
          items={[
            { term: 'New log key', value: <code>{fingerprint(logKey)}</code> },
            { term: 'Held', value: places[held] },
            { term: 'New lease key', value: <code>{leaseKey}</code> },
          ]}
        />
        <p>
          Once another administrator confirms, the current key endorses the new one and is destroyed. Browsers
          switch to it on their own, and running sessions continue.
        </p>
        <TouchPanel
          touching={touching}
          idle="Your touch proposes this. Another administrator has one day to confirm."
          done="Proposed."
          action="Propose with your key"
          onTouch={propose}
        />
      </Stack>
    </Dialog>
  );
}
