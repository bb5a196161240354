import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ago, ahead, bytes, duration, plainLog, printable, share } from '../src/shared/text.ts';

test('characters that nobody sees are shown as replaced', () => {
  assert.equal(printable('a\u202egpj.exe\u0007\n'), 'a\ufffdgpj.exe\ufffd\ufffd');
  assert.equal(printable('öß 漢字 👍'), 'öß 漢字 👍');
});

test('a name of 64 KiB is cut', () => {
  assert.equal(printable('x'.repeat(65536), 10), 'xxxxxxxxx…');
});

test('a log loses its colours, cursor moves and overwritten lines', () => {
  assert.equal(plainLog('\u001b[32mok\u001b[0m\r\n10%\r20%\r\n\u001b]0;title\u0007end', 1000), 'ok\n20%\nend');
});

test('of a long log the last whole lines are shown', () => {
  assert.equal(plainLog('first\nsecond\nthird', 9), 'third');
});

test('times are told as a person would', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const told = (text: string) => ago(Date.parse(text), now);
  assert.equal(told('2026-11-21T12:00:30Z'), 'just now');
  assert.equal(told('2026-11-21T11:59:15Z'), '45 s ago');
  assert.equal(told('2026-11-21T11:56:10Z'), '3 min ago');
  assert.equal(told('2026-11-20T11:00:00Z'), '1 day ago');
  assert.equal(told('2026-08-01T00:00:00Z'), '3 months ago');
  assert.equal(told('nonsense'), 'at an unknown time');
});

test('durations and sizes', () => {
  assert.equal(duration(470), '0.4 s');
  assert.equal(duration(-20), '0.0 s');
  assert.equal(duration(200_000), '3 min 20 s');
  assert.equal(duration(7_500_000), '2 h 5 min');
  assert.equal(bytes(4 * 1024 ** 3), '4 GiB');
  assert.equal(bytes(1536), '1.5 KiB');
});

test('a share of the work is read from words', () => {
  assert.equal(share('pulled 30 of 120 MB'), 0.25);
  assert.equal(share('30 MB of 120 MB'), 0.25);
  assert.equal(share('Receiving objects: 28% (3/11)'), 0.28);
  assert.equal(share('debian:12'), undefined);
});

test('what is to come is told by hours, then by days', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  const told = (text: string) => ahead(Date.parse(text), now);
  assert.equal(told('2026-11-22T11:00:00Z'), 'now');
  assert.equal(told('2026-11-22T12:05:30Z'), 'in 5 min');
  assert.equal(told('2026-11-24T11:00:00Z'), 'in 47 h');
  assert.equal(told('2026-12-06T12:00:00Z'), 'in 14 days');
  assert.equal(told('nonsense'), 'at an unknown time');
});
