import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Intent, Phase, Workspace } from '../src/site/api.ts';
import { branch, inOrder, isTrial, matching, state, stepWord } from '../src/site/state.ts';

const since = '2026-11-21T10:00:00Z';
const run: Intent = { kind: 'run' };
const stop: Intent = { kind: 'stop', why: 'You stopped it.' };

function workspace(intent: Intent, phase: Phase, more: Partial<Workspace> = {}): Workspace {
  return {
    id: 'octo-hello-abcdefghijk', url: '', contextUrl: '', repository: 'octo/hello', cloneUrl: '', folder: '/workspace/hello', size: 'standard',
    createdAt: since, lastActiveAt: since, intent, phase, steps: [], findings: [], notices: [], image: 'default', ports: [], pinned: false, ...more,
  };
}

test('what is wanted counts where nothing of it is seen yet', () => {
  const word = (intent: Intent, phase: Phase) => state(workspace(intent, phase)).word;
  assert.equal(word(run, { kind: 'stopped', since, why: '' }), 'Waiting');
  assert.equal(word(stop, { kind: 'stopped', since, why: '' }), 'Stopped');
  assert.equal(word(stop, { kind: 'running', since }), 'Stopping');
  assert.equal(word(stop, { kind: 'starting', since, steps: [] }), 'Stopping');
  assert.equal(word(run, { kind: 'stopping', since, why: '' }), 'Restarting');
  assert.equal(word({ kind: 'delete' }, { kind: 'running', since }), 'Deleting');
  assert.equal(word({ kind: 'discard', since, why: 'You.' }, { kind: 'stopped', since, why: '' }), 'Deleted');
  assert.equal(word(run, { kind: 'failed', since, what: 'x', remedy: 'y' }), 'Failed');
});

test('only what can be done is offered', () => {
  assert.deepEqual(state(workspace(run, { kind: 'running', since })).can, { open: true, start: false, stop: true, remove: true });
  assert.deepEqual(state(workspace(stop, { kind: 'stopped', since, why: '' })).can, { open: false, start: true, stop: false, remove: true });
  assert.deepEqual(state(workspace({ kind: 'delete' }, { kind: 'running', since })).can, { open: false, start: false, stop: false, remove: false });
});

test('a trial is known by its id, whatever its owner is called', () => {
  const at = (id: string) => workspace(run, { kind: 'running', since }, { id });
  assert.equal(isTrial(at('debug-octo-hello-abcdefghijk')), true);
  assert.equal(isTrial(at('debug-hello-abcdefghijk')), false);
  assert.equal(isTrial(at('octo-hello-abcdefghijk')), false);
});

test('one that was deleted is only brought back', () => {
  const deleted = state(workspace({ kind: 'discard', since, why: 'Its owner deleted it.' }, { kind: 'running', since }));
  assert.deepEqual(deleted.can, { open: false, start: false, stop: false, remove: false });
  assert.equal(deleted.why, 'Its owner deleted it.');
});

test('running ones come first, then the last used', () => {
  const off = (id: string, lastActiveAt: string) => workspace(stop, { kind: 'stopped', since, why: '' }, { id, lastActiveAt });
  const sorted = inOrder([
    off('old', '2026-01-01T00:00:00Z'),
    off('new', '2026-11-01T00:00:00Z'),
    workspace(run, { kind: 'running', since }, { id: 'runs', lastActiveAt: '2025-01-01T00:00:00Z' }),
  ]);
  assert.deepEqual(sorted.map((each) => each.id), ['runs', 'new', 'old']);
});

test('a filter takes each of its words from anywhere', () => {
  const all = [workspace(stop, { kind: 'stopped', since, why: '' }, { ref: 'refs/heads/main' }), workspace(run, { kind: 'running', since })];
  assert.equal(matching(all, 'HELLO stopped').length, 1);
  assert.equal(matching(all, 'hello').length, 2);
  assert.equal(matching(all, 'nothing').length, 0);
  assert.equal(matching(all, ' ').length, 2);
});

test('a branch is shown without git’s prefix, a bare commit by its beginning', () => {
  const phase: Phase = { kind: 'running', since };
  assert.equal(branch(workspace(run, phase, { ref: 'refs/heads/feature/a' })), 'feature/a');
  assert.equal(branch(workspace(run, phase, { commit: '0123456789abcdef' })), '0123456789');
  assert.equal(branch(workspace(run, phase)), '');
});

test('unknown steps are shown as they are', () => {
  assert.equal(stepWord('content'), 'Repository');
  assert.equal(stepWord('prebuild'), 'Prebuild');
});
