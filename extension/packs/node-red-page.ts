import type { ContentPack, Meaning } from './pack.ts';

/**
 * Node-RED's editor. Its nodes are groups of SVG without role or name, its buttons links without a target, so the
 * general words would say nothing. Written against 5.0.7.
 */

const GROUP = 'g.red-ui-flow-node-group';
const SELECTED = '.red-ui-flow-node-group.red-ui-flow-node-selected';
const CHART = '#red-ui-workspace-chart';

function typeOf(group: Element): string {
  const icon = group.querySelector('image.red-ui-flow-node-icon');
  const href = icon?.getAttribute('href') ?? icon?.getAttribute('xlink:href') ?? '';
  return /\/([\w-]+)\.\w+$/.exec(href)?.[1] ?? '';
}

const selected = (): Element[] => [...document.querySelectorAll(SELECTED)];

/** `clean` makes a name that the page shows fit for the record; empty where nothing of it is. */
export function nodeRedPage(clean: (text: string) => string): ContentPack {
  /** What the editor draws as a node's name: the words on it, over all their lines; its type where it has none. */
  function nameOf(group: Element): string {
    const lines = [...group.querySelectorAll('.red-ui-flow-node-label-text')].map(
      (line) => line.textContent ?? '',
    );
    return clean(lines.join(' ')) || typeOf(group) || 'without a name';
  }

  const nodes = (groups: readonly Element[]): string =>
    groups.map((group) => `"${nameOf(group)}"`).join(', ');

  function verb(word: string, groups: readonly Element[]): Meaning | undefined {
    if (groups.length === 0) return undefined;
    const target = `node ${nodes(groups)}`;
    return { words: `${word} ${groups.length === 1 ? 'node' : 'nodes'} ${nodes(groups)}`, target };
  }

  /** The button on a node: triggers an inject, switches a debug node. */
  function nodeButton(group: Element): Meaning | undefined {
    const name = nameOf(group);
    if (typeOf(group) === 'inject')
      return {
        words: `Pressed inject "${name}"`,
        target: `inject "${name}"`,
        expects: `POST /inject/${group.id}`,
        name,
      };
    if (typeOf(group) === 'debug')
      return {
        words: `Switched debug "${name}"`,
        target: `debug "${name}"`,
        expects: `POST /debug/${group.id}`,
        name,
      };
    return undefined;
  }

  let pressed: { group: Element; at: number } | undefined;
  /** The node whose edit tray is open, as it was called when it was opened. */
  let opened: string | undefined;
  const open = (groups: readonly Element[]): Meaning | undefined => {
    const meaning = verb('Opened', groups);
    opened = meaning && nodes(groups);
    return meaning;
  };
  const tray = (word: string): Meaning => ({ words: `${word} node ${opened ?? nodes(selected())}`.trim() });

  return {
    read(event, target) {
      const group = target.closest(GROUP);
      const inChart = target.closest(CHART) !== null;
      switch (event.type) {
        case 'pointerdown':
          if (group) pressed = { group, at: event.timeStamp };
          // Selecting, moving and wiring are steps of an edit, which Deploy makes real.
          return inChart ? 'silent' : undefined;
        case 'click': {
          if (group && target.closest('.red-ui-flow-node-button')) return nodeButton(group);
          if (inChart || target.closest('#red-ui-editor-shade')) return 'silent';
          if (target.closest('#node-dialog-ok')) return tray('Edited');
          if (target.closest('#node-dialog-delete')) return tray('Deleted');
          if (target.closest('#node-dialog-cancel')) return tray('Cancelled editing');
          if (target.closest('#red-ui-clipboard-dialog-ok')) return { words: 'Imported nodes' };
          const deploy = target.closest('#red-ui-header-button-deploy');
          if (deploy)
            return deploy.classList.contains('disabled')
              ? 'silent'
              : { words: 'Pressed Deploy', target: 'button "Deploy"', expects: 'POST /flows' };
          if (target.closest('#deploymenu-item-reload'))
            return {
              words: 'Pressed Restart flows',
              target: 'button "Restart flows"',
              expects: 'POST /flows',
            };
          return undefined;
        }
        case 'dblclick': {
          // The second click may have fallen on the shade that the first brought up.
          const recent = pressed && event.timeStamp - pressed.at < 700 ? pressed.group : undefined;
          const node = group ?? (target.closest('#red-ui-editor-shade') ? recent : undefined);
          if (!node) return inChart ? 'silent' : undefined;
          return target.closest('.red-ui-flow-node-button') ? 'silent' : open([node]);
        }
        case 'keydown': {
          if (!inChart) return undefined;
          const { key } = event as KeyboardEvent;
          if (key === 'Enter') return open(selected().slice(0, 1));
          return key === 'Delete' || key === 'Backspace' ? verb('Deleted', selected()) : undefined;
        }
        default:
          return undefined;
      }
    },
  };
}
