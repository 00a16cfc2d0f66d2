import { useState } from 'preact/hooks';
import {
  Badge,
  Button,
  Card,
  EmptyState,
  PageHeader,
  Row,
  SafeText,
  Stack,
  Table,
  Time,
} from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import type { PersonView } from '#shared/domain/people/views.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { usePage } from '../parts/usePage.ts';
import { Browsers } from '../people/Browsers.tsx';
import { Invite } from '../people/Invite.tsx';
import { CopiedKeys } from '../people/CopiedKeys.tsx';
import { HostResets } from '../people/HostResets.tsx';
import { ChangeRoles, Disable, NewLink, ResetKeys } from '../people/Manage.tsx';
import { SignOutEverywhere } from '../people/SignOutEverywhere.tsx';
import { api } from '../state/api.ts';
import { hasRole, me } from '../state/me.ts';
import { useResource } from '../state/useResource.ts';
import styles from '../parts/parts.module.css';

const dialogs = {
  browsers: Browsers,
  roles: ChangeRoles,
  signOut: SignOutEverywhere,
  link: NewLink,
  reset: ResetKeys,
  disable: Disable,
};
type Doing = keyof typeof dialogs;

function Name({ person }: { person: PersonView }) {
  return (
    <span class={styles['who']}>
      <span class={styles['dot']} data-on={person.online} />
      <SafeText text={person.handle} max={80} />
      {person.id === me.value?.person.id && <span class={styles['small']}>you</span>}
    </span>
  );
}

function Status({ person }: { person: PersonView }) {
  return (
    <Row>
      {person.status === 'active' &&
        (person.online ? (
          <Badge tone="open">Online</Badge>
        ) : (
          <span class={styles['small']}>
            {person.lastSeen === undefined ? (
              'Never seen'
            ) : (
              <>
                Last seen <Time at={person.lastSeen} show="relative" />
              </>
            )}
          </span>
        ))}
      {person.status === 'invited' && (
        <Badge tone="wait" icon="clock">
          Invited
        </Badge>
      )}
      {person.status === 'disabled' && (
        <Badge tone="shut" icon="x">
          Disabled
        </Badge>
      )}
      {person.resetByHost !== undefined && (
        <Badge tone="wait" icon="alert">
          Reset on the host
        </Badge>
      )}
    </Row>
  );
}

/** Invited, and nothing of theirs that a reset could take away. */
const hasNothing = ({ status, keys, browsers }: PersonView): boolean =>
  status === 'invited' && keys === 0 && browsers === 0;

function Actions({ person, onDo }: { person: PersonView; onDo: (doing: Doing) => void }) {
  const name = <span class="cs-sr"> {person.handle}</span>;
  const browsers = (
    <Button kind="quiet" size="s" onClick={() => onDo('browsers')}>
      Browsers{name}
    </Button>
  );
  if (person.status === 'disabled') return browsers;
  return (
    <Row>
      {browsers}
      <Button kind="quiet" size="s" onClick={() => onDo('roles')}>
        Roles{name}
      </Button>
      {person.status === 'active' && person.id !== me.value?.person.id && (
        <Button kind="quiet" size="s" onClick={() => onDo('signOut')}>
          Sign out{name}
        </Button>
      )}
      {hasNothing(person) ? (
        <Button kind="quiet" size="s" onClick={() => onDo('link')}>
          New link<span class="cs-sr"> for {person.handle}</span>
        </Button>
      ) : (
        <Button kind="quiet" size="s" onClick={() => onDo('reset')}>
          Reset{name}
        </Button>
      )}
      <Button kind="quiet" size="s" onClick={() => onDo('disable')}>
        Disable{name}
      </Button>
    </Row>
  );
}

/** Everybody, with what they may do; for administrators, the ways to change that. */
export function People() {
  usePage('People');
  const people = useResource('people', () => api(wire.listPeople, {}), ['people']);
  const [inviting, setInviting] = useState(false);
  const [managing, setManaging] = useState<{ person: PersonView; doing: Doing } | undefined>();
  const administrator = hasRole('administrator');
  const Dialog = managing && dialogs[managing.doing];
  return (
    <>
      <PageHeader
        title="People and keys"
        lead="Everyone here, with their roles and keys."
        actions={
          administrator && (
            <Button kind="primary" icon="plus" onClick={() => setInviting(true)}>
              Invite
            </Button>
          )
        }
      />
      <Loaded from={people} lines={8}>
        {(data) => (
          <Stack gap={6}>
            {administrator && <HostResets people={data.people} />}
            {administrator && <CopiedKeys people={data.people} />}
            <Card flush>
              <Table
                caption="People"
                rows={data.people.toSorted((a, b) => a.handle.localeCompare(b.handle))}
                keyOf={({ id }) => id}
                columns={[
                  { key: 'name', head: 'Name', names: true, cell: (person) => <Name person={person} /> },
                  { key: 'roles', head: 'Roles', cell: ({ roles }) => roles.join(', ') },
                  { key: 'status', head: 'Status', cell: (person) => <Status person={person} /> },
                  { key: 'keys', head: 'Keys', numeric: true, cell: ({ keys }) => keys },
                  { key: 'browsers', head: 'Browsers', numeric: true, cell: ({ browsers }) => browsers },
                  ...(administrator
                    ? [
                        {
                          key: 'do',
                          head: 'Change',
                          acts: true,
                          cell: (person: PersonView) => (
                            <Actions person={person} onDo={(doing) => setManaging({ person, doing })} />
                          ),
                        },
                      ]
                    : []),
                ]}
                empty={<EmptyState icon="users" title="Nobody yet." />}
              />
            </Card>
          </Stack>
        )}
      </Loaded>
      {inviting && <Invite onClose={() => setInviting(false)} onInvited={people.refetch} />}
      {managing && Dialog && (
        <Dialog person={managing.person} onClose={() => setManaging(undefined)} onDone={people.refetch} />
      )}
    </>
  );
}
