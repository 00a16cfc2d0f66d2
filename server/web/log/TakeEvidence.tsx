import { useState } from 'preact/hooks';
import {
  Banner,
  Button,
  Dialog,
  LinkButton,
  RadioCards,
  Select,
  Stack,
  TextField,
} from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import { api } from '../state/api.ts';
import { useResource } from '../state/useResource.ts';
import { evidenceAddress } from '../verify/run.ts';

type Kind = 'all' | 'person' | 'console' | 'period';

const kinds: { value: Kind; label: string; hint: string }[] = [
  { value: 'all', label: 'Everything', hint: 'The whole log, provably complete' },
  { value: 'person', label: 'A person', hint: 'What they did and decided' },
  { value: 'console', label: 'A console', hint: 'Who used it, and why' },
  { value: 'period', label: 'A period', hint: 'Everything that happened in it' },
];

/** Whom and what evidence can be about. Everybody who may take it may read both lists. */
async function readChoices() {
  const [{ people }, { consoles }] = await Promise.all([
    api(wire.listPeople, {}),
    api(wire.listConsoles, {}),
  ]);
  return {
    people: people.map(({ id, handle }) => ({ value: id, label: handle })),
    consoles: consoles.map(({ console: { id, name } }) => ({ value: id, label: name })),
  };
}

/** The days of a period in the reader's own time zone, as ms; undefined where they are none. */
function daysOf(from: string, to: string): { from: string; to: string } | undefined {
  const start = Date.parse(`${from}T00:00`);
  // The next midnight, which is not always 24 hours later.
  const end = new Date(`${to}T00:00`);
  end.setDate(end.getDate() + 1);
  return start < end.getTime() ? { from: String(start), to: String(end.getTime()) } : undefined;
}

/** Evidence of more than a session, as a file. Taking it is an entry of the log. */
export function TakeEvidence() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="download" onClick={() => setOpen(true)}>
        Export evidence
      </Button>
      {open && <Choose onClose={() => setOpen(false)} />}
    </>
  );
}

function Choose({ onClose }: { onClose: () => void }) {
  const [kind, setKind] = useState<Kind>('all');
  const [person, setPerson] = useState('');
  const [console, setConsole] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const choices = useResource('evidence', readChoices, ['people', 'policy']);
  const cut = (): Record<string, string> | undefined => {
    if (kind === 'all') return { kind };
    if (kind === 'person') return person === '' ? undefined : { kind, person };
    if (kind === 'console') return console === '' ? undefined : { kind, console };
    const days = daysOf(from, to);
    return days && { kind, ...days };
  };
  const chosen = cut();
  return (
    <Dialog
      title="Export evidence"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          {chosen && (
            <LinkButton
              kind="primary"
              href={evidenceAddress(chosen)}
              icon="download"
              download="countersign-evidence.zip"
            >
              Export evidence
            </LinkButton>
          )}
        </>
      }
    >
      <Stack>
        <p>
          One file that anyone can verify without this server, with <code>countersign verify</code> or with{' '}
          <a href="/verify.html">verify.html</a>, which is included. The export is recorded in the log.
        </p>
        <RadioCards legend="What to export" value={kind} options={kinds} onValue={setKind} />
        {choices.problem !== undefined && <Banner kind="danger" title={choices.problem} />}
        {kind === 'person' && (
          <Select
            label="Person"
            value={person}
            options={[{ value: '', label: 'Choose a person' }, ...(choices.data?.people ?? [])]}
            onValue={setPerson}
          />
        )}
        {kind === 'console' && (
          <Select
            label="Console"
            value={console}
            options={[{ value: '', label: 'Choose a console' }, ...(choices.data?.consoles ?? [])]}
            onValue={setConsole}
          />
        )}
        {kind === 'period' && (
          <>
            <TextField type="date" label="First day" value={from} onValue={setFrom} />
            <TextField
              type="date"
              label="Last day"
              value={to}
              onValue={setTo}
              error={
                from !== '' && to !== '' && !chosen ? 'Choose a day on or after the first day.' : undefined
              }
            />
          </>
        )}
      </Stack>
    </Dialog>
  );
}
