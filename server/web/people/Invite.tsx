import { useState } from 'preact/hooks';
import { Button, Dialog, Stack, TextField } from '#shared/ui/index.ts';
import { handle as handleForm, type Role } from '#shared/domain/primitives.ts';
import { wire } from '#shared/wire/index.ts';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { api } from '../state/api.ts';
import { enrolmentLink, oneTimeCode } from '../touch/code.ts';
import { invitationStatement } from '../touch/statements.ts';
import { touchNow, useTouch } from '../touch/useTouch.ts';
import { LinkOnce } from './LinkOnce.tsx';
import { RoleBoxes } from './Roles.tsx';

/** Invites somebody: name and roles are signed, and the link's code never leaves this page but by hand. */
export function Invite({ onClose, onInvited }: { onClose: () => void; onInvited: () => void }) {
  const [handle, setHandle] = useState('');
  const [roles, setRoles] = useState<Role[]>(['engineer']);
  const [asked, setAsked] = useState(false);
  const [link, setLink] = useState<string | undefined>();
  const touching = useTouch();
  const wrong = !handleForm.safeParse(handle).success;
  const invite = (): void => {
    setAsked(true);
    if (wrong || roles.length === 0) return;
    void touching.run(async (signal) => {
      const { code, invitation } = oneTimeCode();
      const signed = await touchNow(
        (draft, by) => invitationStatement(draft, by, { handle, roles, invitation }),
        signal,
      );
      await api(wire.invite, { body: { touch: signed } });
      setLink(enrolmentLink(code));
      onInvited();
    });
  };
  if (link !== undefined)
    return (
      <Dialog
        title="Invited"
        onClose={onClose}
        actions={
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <LinkOnce link={link} handle={handle} />
      </Dialog>
    );
  return (
    <Dialog title="Invite somebody" onClose={onClose} actions={<Button onClick={onClose}>Cancel</Button>}>
      <Stack>
        <TextField
          label="Name"
          hint="A short name their colleagues know them by. It cannot be changed later."
          value={handle}
          onValue={setHandle}
          autoComplete="off"
          maxLength={63}
          autoFocus
          error={
            asked && wrong
              ? 'Start with a letter or digit. Use lowercase letters, digits and . _ @ + - only.'
              : undefined
          }
        />
        <RoleBoxes
          value={roles}
          onValue={setRoles}
          error={asked && roles.length === 0 ? 'Choose at least one role.' : undefined}
        />
        <TouchPanel
          touching={touching}
          idle="Your touch signs this name and these roles."
          done="Invited."
          action="Invite with your key"
          onTouch={invite}
        />
      </Stack>
    </Dialog>
  );
}
