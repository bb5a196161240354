import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Health, Status } from '../src/workspace/supervisor.ts';
import { lastLines, place, view as viewOf, type Place, type View } from '../src/workspace/view.ts';

const said = (editor: Status['editor'], content: Status['content']['kind'] = 'ready'): Status => ({
  content: content === 'failed' ? { kind: 'failed', what: 'a', remedy: 'b' } : { kind: content },
  steps: [],
  tasks: [],
  ports: [],
  notices: [],
  ...(editor ? { editor } : {}),
});

const fresh = { waited: false, typed: false };
const view = (at: Place, status: Status | undefined, health: Health, visitor = fresh): View => viewOf(at, status, health, visitor);

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

test('who waited long gets the terminals, and keeps them once something was typed', () => {
  assert.equal(view('home', said({ kind: 'starting' }), 'ok', { waited: true, typed: false }), 'terminals');
  assert.equal(view('home', said({ kind: 'ready', port: 1 }), 'ok', { waited: true, typed: false }), 'editor');
  assert.equal(view('home', said({ kind: 'ready', port: 1 }), 'ok', { waited: true, typed: true }), 'terminals');
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
