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
            The server printed a one-time link in its terminal when it started. Open that link on the computer
            where your hardware key is.
          </p>
          <p>
            It begins with <code>{location.origin}/setup#</code>
          </p>
          <p>No link? Restart the server to get a new one.</p>
        </Stack>
      </Card>
    </Stage>
  );
}
