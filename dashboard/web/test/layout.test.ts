import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areas, beside, dividers, grown, leaves, only, parsed, reconciled, split, withRatio, type Pane } from '../src/workspace/layout.ts';

const one: Pane = { kind: 'leaf', terminal: 'a' };
// a | b over c
const three = split(split(one, 'a', 'row', 'b'), 'b', 'column', 'c');

test('a split halves one terminal and leaves the others', () => {
  assert.deepEqual(leaves(three), ['a', 'b', 'c']);
  assert.deepEqual(areas(three).get('c'), { x: 0.5, y: 0.5, width: 0.5, height: 0.5 });
  assert.equal(dividers(three).length, 2);
});

test('where a terminal goes its neighbour takes its place', () => {
  assert.deepEqual(leaves(only(three, (id) => id !== 'b')!), ['a', 'c']);
  assert.equal(only(one, () => false), undefined);
});

test('the arrow keys find the neighbour', () => {
  assert.equal(beside(three, 'a', 'right'), 'b');
  assert.equal(beside(three, 'b', 'down'), 'c');
  assert.equal(beside(three, 'c', 'left'), 'a');
  assert.equal(beside(three, 'a', 'left'), undefined);
});

test('a divider can be moved, but not away', () => {
  assert.equal(areas(withRatio(three, [], 0.999)).get('a')?.width, 0.9);
  assert.equal(areas(withRatio(three, [1], 0.25)).get('b')?.height, 0.25);
  assert.ok((areas(grown(three, 'a', 'right')).get('a')?.width ?? 0) > 0.5);
  assert.deepEqual(grown(three, 'a', 'down'), three);
});

test('new terminals become tabs, lost ones leave', () => {
  const tabs = reconciled([three], ['a', 'c', 'd']);
  assert.deepEqual(tabs.map(leaves), [['a', 'c'], ['d']]);
  assert.deepEqual(reconciled([], []), []);
});

test('only a layout is read as one', () => {
  assert.deepEqual(parsed(JSON.stringify([three])), [three]);
  for (const bad of [null, '', '{', '[1]', '[{"kind":"split"}]', JSON.stringify([one, one]), '{"kind":"leaf","terminal":"a"}']) {
    assert.deepEqual(parsed(bad), []);
  }
});
