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
  file: 'In a file of the data folder, for its owner alone',
  environment: 'In the environment of the server',
  command: 'Behind a command, which signs',
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
                  term: 'Signs since',
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
              <summary>As verifiers pin it</summary>
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
      title="Another key waits on the host"
      action={
        hasRole('administrator') && (
          <Button size="s" onClick={() => setOpen(true)}>
            Look and propose
          </Button>
        )
      }
    >
      Somebody ran countersign log rotate there. Two administrators let it follow; until then nothing changes.
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
      say('Proposed. Another administrator finds it in the inbox.');
      onClose();
    });
  return (
    <Dialog
      title="Give the log another key"
      onClose={onClose}
      actions={<Button onClick={onClose}>Cancel</Button>}
    >
      <Stack>
        <p>Compare the fingerprint with the one that the command on the host printed.</p>
        <DefinitionList
          items={[
            { term: 'New log key', value: <code>{fingerprint(logKey)}</code> },
            { term: 'Held', value: places[held] },
            { term: 'New lease key', value: <code>{leaseKey}</code> },
          ]}
        />
        <p>
          Once another administrator confirms it, the key before endorses this one and is destroyed. Browsers
          follow by themselves; grants go on.
        </p>
        <TouchPanel
          touching={touching}
          idle="Your touch proposes it. Another administrator has a day to confirm."
          done="Proposed."
          action="Propose with your key"
          onTouch={propose}
        />
      </Stack>
    </Dialog>
  );
}
