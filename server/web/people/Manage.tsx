import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Banner, Button, ConfirmDialog, Dialog, SafeText, Stack } from '#shared/ui/index.ts';
import type { Role } from '#shared/domain/primitives.ts';
import { wire } from '#shared/wire/index.ts';
import type { PersonView } from '#shared/domain/people/views.ts';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { api } from '../state/api.ts';
import { say } from '../state/toasts.ts';
import { enrolmentLink, oneTimeCode } from '../touch/code.ts';
import { withSalt } from '#shared/wire/details.ts';
import { disablingStatement, resetStatement, roleChangeStatement } from '../touch/statements.ts';
import { touchNow, useTouch } from '../touch/useTouch.ts';
import { LinkOnce } from './LinkOnce.tsx';
import { RoleBoxes } from './Roles.tsx';

/** What an administrator does to somebody; each takes a touch. */
interface Managing {
  person: PersonView;
  onClose: () => void;
  onDone: () => void;
}

export function ChangeRoles({ person, onClose, onDone }: Managing) {
  const [roles, setRoles] = useState<Role[]>(person.roles);
  const touching = useTouch();
  const change = (): void => {
    if (roles.length === 0) return;
    void touching.run(async (signal) => {
      const signed = await touchNow((draft, by) => roleChangeStatement(draft, by, person.id, roles), signal);
      await api(wire.changeRoles, { body: { touch: signed } });
      say('Roles changed.');
      onDone();
      onClose();
    });
  };
  return (
    <Dialog
      title={`Roles of ${person.handle}`}
      onClose={onClose}
      actions={<Button onClick={onClose}>Cancel</Button>}
    >
      <Stack>
        <RoleBoxes
          value={roles}
          onValue={setRoles}
          error={roles.length === 0 ? 'Choose at least one role, or disable this person instead.' : undefined}
        />
        <TouchPanel
          touching={touching}
          idle="Your touch signs these roles. They take effect at once."
          done="Changed."
          action="Change with your key"
          onTouch={change}
        />
      </Stack>
    </Dialog>
  );
}

/** Gives somebody a one-time link, by the same touch whether or not they have keys that it ends. */
function LinkFor({
  of: { person, onClose, onDone },
  title,
  done,
  children,
  touch: { idle, action, danger = false },
}: {
  of: Managing;
  title: string;
  /** The title once the link is there. */
  done: string;
  /** What it ends, and what to make sure of first. */
  children: ComponentChildren;
  touch: { idle: string; action: string; danger?: boolean };
}) {
  const [link, setLink] = useState<string | undefined>();
  const touching = useTouch();
  const give = (): void => {
    void touching.run(async (signal) => {
      const { code, invitation } = oneTimeCode();
      const signed = await touchNow((draft, by) => resetStatement(draft, by, person.id, invitation), signal);
      await api(wire.reset, { body: { touch: signed } });
      setLink(enrolmentLink(code));
      onDone();
    });
  };
  return (
    <Dialog
      title={link === undefined ? title : done}
      onClose={onClose}
      actions={<Button onClick={onClose}>{link === undefined ? 'Cancel' : 'Done'}</Button>}
    >
      {link === undefined ? (
        <Stack>
          {children}
          <TouchPanel
            touching={touching}
            idle={idle}
            done={done}
            action={action}
            danger={danger}
            onTouch={give}
          />
        </Stack>
      ) : (
        <LinkOnce link={link} handle={person.handle} />
      )}
    </Dialog>
  );
}

/** For somebody who was invited and has no key yet: the link was lost, or has expired. */
export function NewLink(of: Managing) {
  return (
    <LinkFor
      of={of}
      title={`New link for ${of.person.handle}`}
      done="New link"
      touch={{ idle: 'Your touch signs the new link.', action: 'Create the link with your key' }}
    >
      <p>
        Creates a new one-time link to enrol their first key, valid for seven days. The earlier link stops
        working. Their name and roles stay.
      </p>
    </LinkFor>
  );
}

export function ResetKeys(of: Managing) {
  return (
    <LinkFor
      of={of}
      title={`Reset the keys of ${of.person.handle}`}
      done="Keys reset"
      touch={{ idle: 'Your touch signs the reset.', action: 'Reset with your key', danger: true }}
    >
      <Banner kind="warn">
        All their keys and paired browsers stop working, and whatever they have open closes at once. This
        cannot be undone.
      </Banner>
      <p>You get a one-time link for them to enrol a new key. First make sure it is really them.</p>
    </LinkFor>
  );
}

export function Disable({ person, onClose, onDone }: Managing) {
  const touching = useTouch();
  const disable = (text: string): void => {
    const reason = withSalt(text);
    void touching.run(async (signal) => {
      const signed = await touchNow((draft, by) => disablingStatement(draft, by, person.id, reason), signal);
      await api(wire.disable, { body: { touch: signed, reason } });
      say('Disabled.');
      onDone();
      onClose();
    });
  };
  return (
    <ConfirmDialog
      title={`Disable ${person.handle}`}
      confirm="Disable with your key"
      busy={touching.state === 'waiting'}
      error={touching.problem}
      onConfirm={disable}
      onClose={onClose}
    >
      <p role="status">
        {touching.state === 'waiting' ? (
          'Touch your key now to disable.'
        ) : (
          <>
            <SafeText text={person.handle} max={80} /> is signed out everywhere, their browsers are unpaired,
            and whatever they have open closes at once. Their history stays on record.
          </>
        )}
      </p>
    </ConfirmDialog>
  );
}
