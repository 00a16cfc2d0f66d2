import { Card, Stack, Stage } from '#shared/ui/index.ts';
import { usePage } from '../parts/usePage.ts';

/** A server that nobody has set up shows where the way in is, and nothing else. */
export function NotSetUp() {
  usePage('Set up');
  return (
    <Stage>
      <Card>
        <Stack>
          <h1>This Countersign is not set up yet</h1>
          <p>
            When it started, the server printed a one-time link in its terminal. Open that link on the
            computer where your hardware key is.
          </p>
          <p>
            It begins with <code>{location.origin}/setup#</code>
          </p>
          <p>No link in sight? Restart the server; it prints a new one.</p>
        </Stack>
      </Card>
    </Stage>
  );
}
