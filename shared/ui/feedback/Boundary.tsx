import { Component, type ComponentChildren } from 'preact';
import { Button } from '../controls/Button.tsx';
import { Banner } from './Banner.tsx';

/** Around a part of a page: an error in it shows as a sentence in its place, and leaves all other parts as they are. */
export class Boundary extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };

  static override getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  /** For whoever looks into the browser's console. */
  override componentDidCatch(error: unknown): void {
    reportError(error);
  }

  override render(): ComponentChildren {
    if (!this.state.failed) return this.props.children;
    return (
      <Banner
        kind="danger"
        live
        title="This part could not be shown"
        action={
          <Button size="s" icon="refresh" onClick={() => this.setState({ failed: false })}>
            Try again
          </Button>
        }
      >
        Something went wrong here; the rest of the page works. If it keeps happening, reload the page and tell
        an administrator.
      </Banner>
    );
  }
}
