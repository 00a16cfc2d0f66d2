import { useEffect, useState } from 'preact/hooks';
import {
  Button,
  Card,
  Code,
  Columns,
  DefinitionList,
  EmptyState,
  Hash,
  PageHeader,
  Row,
  SafeText,
  Select,
  Stack,
  Table,
  TextField,
  Time,
} from '#shared/ui/index.ts';
import type { EntryType } from '#shared/domain/entries.ts';
import { wire } from '#shared/wire/index.ts';
import type { EntryView } from '#shared/domain/succession/views.ts';
import { useWitnesses, WitnessAlarms, WitnessesCard } from '../log/Witnesses.tsx';
import { Key } from '../log/Key.tsx';
import { TakeEvidence } from '../log/TakeEvidence.tsx';
import { titles } from '#shared/domain/index.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { usePage } from '../parts/usePage.ts';
import { api, sentenceOf } from '../state/api.ts';
import { about } from '../state/me.ts';
import { say } from '../state/toasts.ts';
import { useResource } from '../state/useResource.ts';
import { checkLog } from '../verify/run.ts';
import { VerifyPanel } from '../verify/VerifyPanel.tsx';
import styles from './Session.module.css';

type Search = { type: EntryType | ''; find: string };

const queryOf = ({ type, find }: Search) => ({
  type: type === '' ? undefined : type,
  find: find === '' ? undefined : find,
});

function Entries({ search }: { search: Search }) {
  const query = queryOf(search);
  const first = useResource(`${search.type} ${search.find}`, () => api(wire.listEntries, { query }), ['log']);
  const [older, setOlder] = useState<{ entries: EntryView[]; more: boolean } | undefined>();
  return (
    <Loaded from={first} lines={10}>
      {({ entries, more }) => {
        const lowest = entries.at(-1)?.index ?? 0;
        const all = [...entries, ...(older?.entries.filter(({ index }) => index < lowest) ?? [])];
        const loadOlder = async (): Promise<void> => {
          try {
            const before = all.at(-1)?.index;
            const next = await api(wire.listEntries, { query: { ...query, before } });
            setOlder((was) => ({ entries: [...(was?.entries ?? []), ...next.entries], more: next.more }));
          } catch (error) {
            say(sentenceOf(error), 'danger');
          }
        };
        return (
          <Stack>
            <Card flush>
              <Table
                caption="Entries of the log, newest first"
                rows={all}
                keyOf={({ index }) => String(index)}
                columns={[
                  { key: 'index', head: 'Entry', numeric: true, cell: ({ index }) => index },
                  { key: 'words', head: 'What', names: true, cell: ({ words }) => <SafeText text={words} /> },
                  {
                    key: 'type',
                    head: 'Type',
                    cell: ({ type }) => <span class={styles['whole']}>{titles.get(type) ?? type}</span>,
                  },
                  { key: 'who', head: 'Who', cell: ({ who }) => <SafeText text={who} max={60} /> },
                  { key: 'at', head: 'When', cell: ({ at }) => <Time at={at} show="local" /> },
                  {
                    key: 'hash',
                    head: 'Leaf hash',
                    cell: ({ leafHash }) => <Hash value={leafHash} keep={4} />,
                  },
                ]}
                empty={
                  <EmptyState icon="search" title="No entries match.">
                    Choose another type or search for something else.
                  </EmptyState>
                }
              />
            </Card>
            {(older?.more ?? more) && (
              <Row>
                <Button onClick={() => void loadOlder()}>Show older entries</Button>
              </Row>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}

async function readCheckpoint(): Promise<{ note: string; size: string; root: string }> {
  const answer = await fetch('/log/checkpoint', { cache: 'no-store' });
  if (!answer.ok) throw new Error('The checkpoint could not be loaded. Try again in a moment.');
  const note = await answer.text();
  const [, size = '', root = ''] = note.split('\n');
  return { note, size, root };
}

/** The signed head of the log: whoever keeps it can tell whether a later one extends it. */
function Checkpoint() {
  const checkpoint = useResource('checkpoint', readCheckpoint, ['log']);
  return (
    <Card title="Checkpoint">
      <Loaded from={checkpoint} lines={4}>
        {({ note, size, root }) => (
          <Stack>
            <DefinitionList
              items={[
                { term: 'Log', value: about.value?.log },
                { term: 'Entries', value: size },
                { term: 'Root hash', value: <Hash value={root} what="root hash" /> },
                { term: 'Genesis', value: <Hash value={about.value?.genesis ?? ''} what="genesis hash" /> },
              ]}
            />
            <details>
              <summary>Signed text</summary>
              <Code text={note} what="Signed checkpoint" />
            </details>
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}

/** The log: find an entry, read it in words, hold its head. */
export function Log() {
  usePage('Log');
  const witnesses = useWitnesses();
  const [type, setType] = useState<EntryType | ''>('');
  const [typed, setTyped] = useState('');
  const [find, setFind] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setFind(typed.trim()), 300);
    return () => clearTimeout(timer);
  }, [typed]);
  const types: { value: EntryType | ''; label: string }[] = [...titles].map(([value, label]) => ({
    value: value as EntryType,
    label,
  }));
  return (
    <>
      <PageHeader
        title="Log"
        lead="The audit log: every change to what anyone can do. Entries are added, never changed."
        actions={<TakeEvidence />}
      />
      <Stack gap={6}>
        {witnesses.data && <WitnessAlarms view={witnesses.data} />}
        <VerifyPanel
          verify={checkLog}
          what="Downloads the raw log and checks it in this page: the signed checkpoint, every hash, every touch and every policy decision."
        />
        <Columns main={<Key />} side={<Checkpoint />} />
        <WitnessesCard from={witnesses} />
        <Stack gap={3}>
          <div class={styles['filters']}>
            <Select
              label="Type"
              value={type}
              options={[{ value: '', label: 'All types' }, ...types]}
              onValue={setType}
            />
            <TextField
              label="Find"
              inputMode="search"
              maxLength={100}
              value={typed}
              onValue={setTyped}
              placeholder="a name, a console, a number"
            />
          </div>
          <Entries key={`${type} ${find}`} search={{ type, find }} />
        </Stack>
      </Stack>
    </>
  );
}
