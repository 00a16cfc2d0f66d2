import { useState } from 'preact/hooks';
import {
  Banner,
  Button,
  Card,
  DefinitionList,
  Dialog,
  Row,
  SafeText,
  Stack,
  Time,
} from '#shared/ui/index.ts';
import { fingerprint } from '#shared/log/note/keys.ts';
import { actWords } from '#shared/domain/dual-control/words.ts';
import { commit } from '#shared/domain/signing.ts';
import type { ActView } from '#shared/domain/dual-control/wire.ts';
import { wire } from '#shared/wire/index.ts';
import { DetailText } from '../parts/DetailText.tsx';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { count } from '../parts/words.ts';
import { api, sentenceOf } from '../state/api.ts';
import { hasRole, me } from '../state/me.ts';
import { say } from '../state/toasts.ts';
import { useResource } from '../state/useResource.ts';
import { actStatement } from '../touch/statements.ts';
import { touchNow, useTouch } from '../touch/useTouch.ts';
import styles from '../parts/parts.module.css';

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** What waits for a second administrator. Nothing where nothing waits. */
export function WaitingActs() {
  const acts = useResource('acts', () => api(wire.listActs, {}), ['acts']);
  const waiting = acts.data?.acts.filter(({ status }) => status === 'proposed') ?? [];
  if (acts.data === undefined && acts.problem !== undefined)
    return <Banner kind="danger">{acts.problem}</Banner>;
  if (waiting.length === 0) return null;
  return (
    <Card title="Waiting for a second administrator" flush tone="wait">
      <ul class={styles['rows']}>
        {waiting.map((act) => (
          <li key={act.id}>
            <ActRow act={act} onDone={acts.refetch} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ActRow({ act, onDone }: { act: ActView; onDone: () => void }) {
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | undefined>();
  const own = act.by.id === me.value?.person.id;
  const withdraw = async (): Promise<void> => {
    try {
      await api(wire.withdrawAct, { params: { act: act.id }, body: {} });
      say('Withdrawn.');
      onDone();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  return (
    <div class={styles['row']}>
      <div>
        <strong>{capital(actWords(act.what))}</strong>
        <p class={styles['under']}>
          Proposed by <SafeText text={act.by.handle} max={60} />
          {act.what.type === 'erasure' && (
            <>
              {' '}
              · <DetailText detail={act.reason} max={160} />
            </>
          )}
          {problem !== undefined && ` · ${problem}`}
        </p>
      </div>
      <div class={styles['side']}>
        <span>
          Until <Time at={act.expires} show="local" />
        </span>
        {hasRole('administrator') && (
          <Row>
            <Button size="s" onClick={() => void withdraw()}>
              Withdraw
            </Button>
            {own ? (
              <span class={styles['dim']}>Yours; another administrator confirms it</span>
            ) : (
              <Button size="s" kind="primary" onClick={() => setOpen(true)}>
                Review
              </Button>
            )}
          </Row>
        )}
      </div>
      {open && <Confirm act={act} onClose={() => setOpen(false)} onDone={onDone} />}
    </div>
  );
}

/** The exact terms, and the second touch over them. */
function Confirm({ act, onClose, onDone }: { act: ActView; onClose: () => void; onDone: () => void }) {
  const touching = useTouch();
  const { what, reason } = act;
  const confirm = (): void =>
    void touching.run(async (signal) => {
      const touch = await touchNow((draft, by) => actStatement(draft, by, { id: act.id, what }), signal);
      await api(wire.confirmAct, { params: { act: act.id }, body: { touch } });
      say('Done.');
      onDone();
      onClose();
    });
  const isOther =
    what.type === 'erasure' && reason !== null && commit(reason.salt, reason.text) !== what.reason;
  return (
    <Dialog
      title={capital(actWords(what))}
      onClose={onClose}
      actions={<Button onClick={onClose}>Cancel</Button>}
    >
      <Stack>
        <DefinitionList
          items={[
            { term: 'Proposed by', value: <SafeText text={act.by.handle} max={60} /> },
            { term: 'When', value: <Time at={act.proposed} /> },
            ...(what.type === 'erasure'
              ? [
                  { term: 'Why', value: <DetailText detail={reason} lines /> },
                  { term: 'Erases', value: `${count(act.texts, 'text')}, for good` },
                  { term: 'Entries', value: spans(what.entries) },
                ]
              : [
                  { term: 'New log key', value: <code>{fingerprint(what.logKey)}</code> },
                  { term: 'New lease key', value: <code>{what.leaseKey}</code> },
                ]),
          ]}
        />
        {isOther ? (
          <Banner kind="danger" live title="This does not match the record">
            The reason shown is not the one that was signed. Do not touch your key, and tell another
            administrator.
          </Banner>
        ) : (
          <TouchPanel
            touching={touching}
            idle="This cannot be undone. Your touch signs exactly this."
            done="Done."
            action="Confirm with your key"
            danger
            onTouch={confirm}
          />
        )}
      </Stack>
    </Dialog>
  );
}

/** Indexes as a person reads them: 3, 5 to 9, 12. */
function spans(entries: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < entries.length;) {
    let end = at;
    while (entries[end + 1] === (entries[end] ?? 0) + 1) end += 1;
    parts.push(end === at ? `${entries[at]}` : `${entries[at]} to ${entries[end]}`);
    at = end + 1;
  }
  return parts.join(', ');
}
