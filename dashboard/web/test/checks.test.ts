import assert from 'node:assert/strict';
import { test } from 'node:test';
import { badHops, groups, sum, type Result } from '../src/site/checks.ts';

const good = (code: string, hop: string): Result => ({ code, hop, outcome: { kind: 'good', words: 'well' } });
const bad = (code: string, hop: string): Result => ({ code, hop, outcome: { kind: 'bad', what: 'away', why: 'needed', remedy: 'bring it' } });
const doubtful = (code: string, hop: string): Result => ({ code, hop, outcome: { kind: 'doubtful', what: 'soon', why: 'then', remedy: 'renew' } });
const skipped = (code: string, hop: string): Result => ({ code, hop, outcome: { kind: 'skipped', why: 'not there' } });

test('hops of one kind stand together, what is bad first, and the rest stays in its order', () => {
  const shown = groups([good('B101', 'API'), skipped('B201', 'nodes'), good('B701', 'database'), bad('B702', 'store'), doubtful('B403', 'certificate')]);
  assert.deepEqual(
    shown.map((group) => [group.title, group.results.map((result) => result.hop)]),
    [
      ['Database and object store', ['store', 'database']],
      ['Certificate', ['certificate']],
      ['Cluster', ['API']],
      ['Machines', ['nodes']],
    ],
  );
});

test('a code that is not known yet is shown all the same', () => {
  assert.deepEqual(groups([good('X', 'new')])[0]?.title, 'More');
});

test('a run is one sentence', () => {
  assert.equal(sum([good('B101', 'a'), skipped('B102', 'b')]), 'Nothing is bad.');
  assert.equal(sum([good('B101', 'a'), doubtful('B102', 'b')]), 'Nothing is bad, one is doubtful.');
  assert.equal(sum([bad('B101', 'a'), doubtful('B102', 'b'), doubtful('B103', 'c')]), '1 of 3 checks is bad, 2 are doubtful.');
});

test('what is bad is named once; not what the installer found, which may be long ago, nor the hairpin, which few need', () => {
  const run = (results: Result[]) => ({ by: 'me', version: '1', began: '', ended: '', results });
  assert.deepEqual(badHops({ last: run([bad('B501', 'names'), bad('B501', 'names'), good('B101', 'API'), bad('B801', 'hairpin')]), recorded: run([bad('B601', 'network')]) }), ['names']);
  assert.deepEqual(badHops(undefined), []);
});
