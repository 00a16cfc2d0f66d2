// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { redactWords } from '../features/redaction/redact.ts';
import { nodeRedPage } from './node-red-page.ts';
import { nodeRedRequests } from './node-red-requests.ts';
import type { ContentPack } from './pack.ts';

const node = (id: string, type: string, lines: string[], classes = '') => `
  <g class="red-ui-flow-node-group ${classes}" id="${id}">
    <rect class="red-ui-flow-node"></rect>
    <g class="red-ui-flow-node-button"><rect class="red-ui-flow-node-button-button"></rect></g>
    <image class="red-ui-flow-node-icon" href="icons/node-red/${type}.svg"></image>
    <g class="red-ui-flow-node-label">${lines.map((line) => `<text class="red-ui-flow-node-label-text">${line}</text>`).join('')}</g>
  </g>`;

let pack: ContentPack;
beforeEach(() => {
  pack = nodeRedPage((text) => redactWords(text, 80).replace('typed', ''));
  document.body.innerHTML = `
    <div id="red-ui-workspace-chart"><svg>
      ${node('n1', 'inject', ['Night', 'backup'])} ${node('n2', 'function', ['Rotate keys'], 'red-ui-flow-node-selected')}
      ${node('n3', 'debug', [])}
    </svg></div>
    <div id="red-ui-editor-shade"></div>
    <a id="red-ui-header-button-deploy"><span>Deploy</span></a>
    <button id="node-dialog-ok"></button><button id="node-dialog-cancel"></button><button id="node-dialog-delete"></button>
    <a id="deploymenu-item-reload"></a><a id="elsewhere"></a>`;
});
const read = (type: string, selector: string, more: object = {}) => {
  const target = document.querySelector(selector);
  if (!target) throw new Error(`no ${selector}`);
  return pack.read(Object.assign(new Event(type), more), target);
};

describe('Node-RED in the page', () => {
  it('names the node whose button is pressed, and the request that it leads to', () => {
    expect(read('click', '#n1 .red-ui-flow-node-button-button')).toEqual({
      words: 'Pressed inject "Night backup"',
      target: 'inject "Night backup"',
      expects: 'POST /inject/n1',
      name: 'Night backup',
    });
    expect(read('click', '#n3 .red-ui-flow-node-button-button')).toMatchObject({
      expects: 'POST /debug/n3',
      name: 'debug',
    });
    expect(read('click', '#n2 .red-ui-flow-node-button-button')).toBeUndefined();
  });

  it('tells one opening for two clicks and a double click, also when the shade took the second', () => {
    read('pointerdown', '#n2 rect');
    expect(read('click', '#n2 rect')).toBe('silent');
    expect(read('click', '#red-ui-editor-shade')).toBe('silent');
    expect(read('dblclick', '#red-ui-editor-shade')).toMatchObject({ words: 'Opened node "Rotate keys"' });
    expect(read('dblclick', '#n1 rect')).toMatchObject({ words: 'Opened node "Night backup"' });
  });

  it('tells an edit, a deletion and a cancel by the name at opening', () => {
    read('dblclick', '#n2 rect');
    document.querySelector('#n2 .red-ui-flow-node-label-text')!.textContent = 'Renamed';
    expect(read('click', '#node-dialog-ok')).toMatchObject({ words: 'Edited node "Rotate keys"' });
    expect(read('click', '#node-dialog-delete')).toMatchObject({ words: 'Deleted node "Rotate keys"' });
    expect(read('click', '#node-dialog-cancel')).toMatchObject({
      words: 'Cancelled editing node "Rotate keys"',
    });
  });

  it('reads keys on the chart only', () => {
    expect(read('keydown', '#red-ui-workspace-chart', { key: 'Delete' })).toMatchObject({
      words: 'Deleted node "Rotate keys"',
    });
    expect(read('keydown', '#red-ui-workspace-chart', { key: 'Enter' })).toMatchObject({
      words: 'Opened node "Rotate keys"',
    });
    expect(read('keydown', '#red-ui-workspace-chart', { key: 'a' })).toBeUndefined();
    expect(read('keydown', '#elsewhere', { key: 'Delete' })).toBeUndefined();
  });

  it('expects a deploy of the button, unless there is nothing to deploy', () => {
    expect(read('click', '#red-ui-header-button-deploy span')).toMatchObject({ expects: 'POST /flows' });
    document.querySelector('#red-ui-header-button-deploy')?.classList.add('disabled');
    expect(read('click', '#red-ui-header-button-deploy span')).toBe('silent');
    expect(read('click', '#deploymenu-item-reload')).toMatchObject({ expects: 'POST /flows' });
  });

  it('says of a name no more than may go into the record', () => {
    const [label] = document.querySelectorAll('#n2 .red-ui-flow-node-label-text');
    label!.textContent = 'Password: hunter2';
    expect(read('dblclick', '#n2 rect')).toMatchObject({ words: 'Opened node "Password: ***"' });
    label!.textContent = 'typed';
    expect(read('dblclick', '#n2 rect')).toMatchObject({ words: 'Opened node "function"' });
  });

  it('leaves what it does not know to the general words', () => {
    expect(read('click', '#elsewhere')).toBeUndefined();
  });
});

describe('Node-RED’s requests', () => {
  it.each([
    ['POST', '/flows', '', 'Deployed flows'],
    ['POST', '/inject/n1', 'Night backup', 'Triggered inject "Night backup"'],
    ['POST', '/inject/n1', '', 'Triggered inject n1'],
    ['POST', '/debug/n3/disable', 'Result', 'Switched off debug "Result"'],
    ['POST', '/debug/n3/enable', '', 'Switched on debug n3'],
    ['DELETE', '/flow/f1', '', 'Deleted flow f1'],
    ['POST', '/settings/user', '', ''],
    ['POST', '/anything', '', undefined],
    ['PATCH', '/flows', '', undefined],
  ])('%s %s', (method, path, name, words) => expect(nodeRedRequests.read(method, path, name)).toBe(words));
});
