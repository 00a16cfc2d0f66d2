import { EditorView } from '@codemirror/view';

const view = new EditorView({ doc: 'hunter2-old' });
document.getElementById('cm6').append(view.dom);
document.body.dataset.ready = 'yes';
