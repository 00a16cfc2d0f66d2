/** The one visual language. Pages import `#shared/ui/tokens.css` and `#shared/ui/base.css` once, at their entry. */
export { Button, LinkButton } from './controls/Button.tsx';
export { Field, TextField, type Labelled, type Wiring } from './controls/Field.tsx';
export { Icon } from './icons/Icon.tsx';
export type { IconName } from './icons/shapes.ts';
export { Card } from './layout/Card.tsx';
export {
  Badge,
  MarkBadge,
  ModeBadge,
  StateBadge,
  type MarkName,
  type State,
  type Tone,
} from './record/Badge.tsx';
