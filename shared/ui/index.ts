/** The one visual language. A page imports `#shared/ui/tokens.css` and `#shared/ui/base.css` once, at its entry. */
export { Mark, Wordmark } from './brand/Wordmark.tsx';
export { Button, LinkButton } from './controls/Button.tsx';
export { CopyButton } from './controls/CopyButton.tsx';
export { Field, TextField, type Labelled, type Wiring } from './controls/Field.tsx';
export { RadioCards } from './controls/RadioCards.tsx';
export { Select } from './controls/Select.tsx';
export { TextArea } from './controls/TextArea.tsx';
export { Banner, type BannerKind } from './feedback/Banner.tsx';
export { ConfirmDialog, Dialog } from './feedback/Dialog.tsx';
export { KeyTouch, type TouchState } from './feedback/KeyTouch.tsx';
export { ProgressBar } from './feedback/ProgressBar.tsx';
export { ToastRegion, useToasts, type Toast } from './feedback/Toasts.tsx';
export { Icon } from './icons/Icon.tsx';
export type { IconName } from './icons/shapes.ts';
export { Card } from './layout/Card.tsx';
export { DefinitionList } from './layout/DefinitionList.tsx';
export { EmptyState, Skeleton } from './layout/Empty.tsx';
export { Columns, PageHeader, Row, Stack } from './layout/Page.tsx';
export { Shell, Stage, type Place } from './layout/Shell.tsx';
export { Table, type Column } from './layout/Table.tsx';
export { Tabs } from './layout/Tabs.tsx';
export {
  Badge,
  MarkBadge,
  ModeBadge,
  StateBadge,
  type MarkName,
  type State,
  type Tone,
} from './record/Badge.tsx';
export { Countdown } from './record/Countdown.tsx';
export { Code, Hash, shorten } from './record/Hash.tsx';
export { leftTone, leftWords, type LeftTone } from './record/left.ts';
export { fullWords, momentWords, relativeWords } from './record/moments.ts';
export { SafeText } from './record/SafeText.tsx';
export { Time } from './record/Time.tsx';
export { Timeline, type Line } from './record/Timeline.tsx';
export { useNow } from './record/useNow.ts';
export { visibleString } from './record/visible.ts';
