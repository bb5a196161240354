import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Status } from '../src/workspace/supervisor.ts';
import { lastLines, place, view } from '../src/workspace/view.ts';

const said = (editor: Status['editor'], content: Status['content']['kind'] = 'ready'): Status => ({
  content: content === 'failed' ? { kind: 'failed', what: 'a', remedy: 'b' } : { kind: content },
  steps: [],
  tasks: [],
  ports: [],
  notices: [],
  ...(editor ? { editor } : {}),
});

test('the address is awaited while the editor is on its way, and the terminals are there where none comes', () => {
  assert.equal(view('home', undefined, 'connecting'), 'waiting');
  assert.equal(view('home', undefined, 'gone'), 'terminals');
  assert.equal(view('home', said({ kind: 'starting' }), 'ok'), 'waiting');
  assert.equal(view('home', said({ kind: 'starting' }, 'preparing'), 'ok'), 'waiting');
  assert.equal(view('home', said({ kind: 'ready', port: 23000 }), 'ok'), 'editor');
  assert.equal(view('home', said({ kind: 'failed', what: 'x', remedy: 'y' }), 'ok'), 'terminals');
  assert.equal(view('home', said({ kind: 'starting' }, 'failed'), 'ok'), 'terminals');
  assert.equal(view('home', said(undefined), 'ok'), 'terminals');
});

test('the terminals and the ports have addresses of their own beside the editor', () => {
  assert.equal(place('/'), 'home');
  assert.equal(place('/anything'), 'home');
  assert.equal(place('/_berth/terminal/'), 'terminals');
  assert.equal(place('/_berth/ports/'), 'ports');
  assert.equal(view('terminals', said({ kind: 'ready', port: 23000 }), 'ok'), 'terminals');
  assert.equal(view('ports', said({ kind: 'starting' }), 'ok'), 'ports');
});

test('the last lines are shown', () => {
  assert.equal(lastLines('a\nb\nc\n\n', 2), 'b\nc');
  assert.equal(lastLines('', 2), '');
});
