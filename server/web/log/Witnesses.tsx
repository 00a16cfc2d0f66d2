import {
  Badge,
  Banner,
  Button,
  Card,
  DefinitionList,
  SafeText,
  Stack,
  Table,
  Time,
} from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import type { WitnessesView } from '#shared/wire/witnesses.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { count } from '../parts/words.ts';
import { api } from '../state/api.ts';
import { useResource } from '../state/useResource.ts';

type Fork = WitnessesView['forks'][number];

/** A file of both notes, for whoever looks into it. */
function saveFork({ held, shown, person, label }: Fork): void {
  const text = `Two checkpoints of one log, both signed by its key, shown to ${label} of ${person.handle}.\n\nHeld before:\n\n${held}\nShown later:\n\n${shown}`;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = 'countersign-fork.txt';
  link.click();
  URL.revokeObjectURL(link.href);
}

function Forks({ forks }: { forks: readonly Fork[] }) {
  return (
    <>
      {forks.map((fork) => (
        <Banner
          key={fork.id}
          kind="danger"
          live
          title="Two histories of this log were signed."
          action={
            <Button size="s" icon="download" onClick={() => saveFork(fork)}>
              Save both
            </Button>
          }
        >
          <SafeText text={fork.label} max={80} /> of <SafeText text={fork.person.handle} max={80} /> was shown
          both (<Time at={fork.time} show="local" />
          ). Either an older copy of the server was run, or somebody signs with its key. Stop the server and
          see “When a browser shows a fork” in the operating manual.
        </Banner>
      ))}
    </>
  );
}

/** Distinct people whose browser has cosigned at least this many entries. */
const peopleAt = ({ browsers }: WitnessesView, size: number): number =>
  new Set(browsers.filter((browser) => browser.size >= size).map(({ person }) => person.id)).size;

function Summary({ view }: { view: WitnessesView }) {
  const { size, browsers, outside } = view;
  const reached = Math.max(0, ...browsers.map((browser) => browser.size));
  const behind = size - reached;
  const cosigners = outside.filter(({ kind }) => kind === 'witness');
  const there = cosigners.filter((each) => each.size === size).length;
  return (
    <DefinitionList
      items={[
        {
          term: 'By people',
          value:
            reached === 0
              ? 'Nobody yet; every paired browser cosigns by itself'
              : `${count(peopleAt(view, reached), 'person', 'people')} in ${count(browsers.filter((b) => b.size >= reached).length, 'browser')}, up to entry ${reached - 1}${behind === 0 ? ', the newest' : `; ${count(behind, 'entry', 'entries')} since`}`,
        },
        {
          term: 'Outside',
          value:
            cosigners.length === 0
              ? 'No witness is set up; witnesses.yaml names them'
              : `${there} of ${cosigners.length} at the newest checkpoint`,
        },
      ]}
    />
  );
}

const kinds = { witness: 'Witness', git: 'Git repository', folder: 'Folder' } as const;

type Other = WitnessesView['outside'][number];

function State({ other, size }: { other: Other; size: number }) {
  if (other.alarm)
    return (
      <Badge tone="shut" icon="alert">
        Disagrees
      </Badge>
    );
  if (other.trouble !== undefined)
    return (
      <Badge tone="wait" icon="alert">
        Failing
      </Badge>
    );
  return <>{other.size === size ? 'Up to date' : 'On its way'}</>;
}

function Outside({ view }: { view: WitnessesView }) {
  return (
    <Table
      caption="Witnesses and anchors outside"
      keyOf={({ kind, name }) => `${kind} ${name}`}
      columns={[
        { key: 'name', head: 'Name', names: true, cell: ({ name }) => <SafeText text={name} max={80} /> },
        { key: 'kind', head: 'Kind', cell: ({ kind }) => kinds[kind] },
        { key: 'size', head: 'Entries', numeric: true, cell: ({ size }) => size },
        {
          key: 'time',
          head: 'When',
          cell: ({ time }) => (time === undefined ? 'Not yet' : <Time at={time} show="relative" />),
        },
        { key: 'state', head: 'State', cell: (other) => <State other={other} size={view.size} /> },
      ]}
      rows={view.outside}
    />
  );
}

/** Who has checked that the log only grows, and how far. */
export function WitnessesCard() {
  const witnesses = useResource('witnesses', () => api(wire.listWitnesses, {}), ['witnesses', 'log']);
  return (
    <Card title="Witnesses">
      <Loaded from={witnesses} lines={3}>
        {(view) => (
          <Stack>
            <Forks forks={view.forks} />
            {view.outside
              .filter(({ trouble }) => trouble !== undefined)
              .map(({ name, kind, trouble, alarm }) => (
                <Banner key={`${kind} ${name}`} kind={alarm ? 'danger' : 'warn'} title={name}>
                  <SafeText text={trouble ?? ''} max={400} />
                </Banner>
              ))}
            <Summary view={view} />
            {view.outside.length > 0 && <Outside view={view} />}
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}
