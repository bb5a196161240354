import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INPUT_KEPT_BYTES, TerminalLink, type Socket } from '../src/workspace/link.ts';

/** A browser's WebSocket and clock, worked by hand. */
class FakeHost {
  sockets: (Socket & { from: number; sent: (string | Uint8Array)[]; state: number })[] = [];
  waits: { ms: number; call: () => void }[] = [];

  connect(from: number): Socket {
    const socket = {
      from, sent: [] as (string | Uint8Array)[], state: 0, binaryType: '',
      onopen: null, onmessage: null, onclose: null,
      get readyState() { return this.state; },
      send(data: string | Uint8Array) { this.sent.push(data); },
      close() { this.state = 3; },
    } as Socket & { from: number; sent: (string | Uint8Array)[]; state: number };
    this.sockets.push(socket);
    return socket;
  }
  after(ms: number, call: () => void): () => void {
    const wait = { ms, call };
    this.waits.push(wait);
    return () => (this.waits = this.waits.filter((each) => each !== wait));
  }
  get last() { return this.sockets.at(-1)!; }
  hello(offset: number): void {
    this.last.state = 1;
    this.last.onopen?.();
    this.last.onmessage?.({ data: JSON.stringify({ kind: 'hello', offset }) });
  }
  output(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    this.last.onmessage?.({ data: bytes.buffer });
  }
  drop(): void {
    this.last.state = 3;
    this.last.onclose?.();
  }
  elapse(): number {
    const wait = this.waits.shift()!;
    wait.call();
    return wait.ms;
  }
}

function linked() {
  const host = new FakeHost();
  const seen = { text: '', clears: 0, connected: [] as boolean[], lost: 0, exit: -1 };
  const link = new TerminalLink(host, {
    output: (bytes) => (seen.text += new TextDecoder().decode(bytes)),
    clear: () => { seen.clears++; seen.text = ''; },
    title: () => {},
    exit: (code) => (seen.exit = code),
    connected: (yes) => seen.connected.push(yes),
    inputLost: () => seen.lost++,
  });
  link.open();
  return { host, seen, link };
}

test('a new connection goes on at the byte where the old one ended', () => {
  const { host, seen } = linked();
  host.hello(0);
  host.output('one ');
  host.drop();
  host.elapse();
  assert.equal(host.last.from, 4);
  host.hello(4);
  host.output('two');
  assert.equal(seen.text, 'one two');
  assert.equal(seen.clears, 0);
  assert.deepEqual(seen.connected, [true, false, true]);
});

test('where output was dropped meanwhile the screen is cleared', () => {
  const { host, seen } = linked();
  host.hello(0);
  host.output('old');
  host.drop();
  host.elapse();
  host.hello(5000);
  host.output('new');
  host.drop();
  host.elapse();
  assert.equal(seen.text, 'new');
  assert.equal(host.last.from, 5003);
});

test('a terminal that has printed less than we saw is another one, on a clear screen', () => {
  const { host, seen } = linked();
  host.hello(0);
  host.output('a long life');
  host.drop();
  host.elapse();
  host.hello(2);
  host.output('$ ');
  assert.equal(seen.text, '$ ');
  host.drop();
  host.elapse();
  assert.equal(host.last.from, 4);
});

test('the waits grow to 5 s and are short again after a success', () => {
  const { host } = linked();
  const waits = [];
  for (let i = 0; i < 6; i++) {
    host.drop();
    waits.push(host.elapse());
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000, 5000, 5000]);
  host.hello(0);
  host.drop();
  assert.equal(host.elapse(), 250);
});

test('what is typed without a connection is sent once it is back, up to its bound', () => {
  const { host, seen, link } = linked();
  link.input(new TextEncoder().encode('ls\r'));
  link.input(new Uint8Array(INPUT_KEPT_BYTES));
  assert.equal(seen.lost, 1);
  host.hello(0);
  const sent = host.last.sent as Uint8Array[];
  assert.deepEqual(sent[0], new TextEncoder().encode('ls\r'));
  assert.deepEqual(sent.slice(1).map((bytes) => bytes.length), [16384, 16384, 16384]);
});

test('the size is told at each connection', () => {
  const { host, link } = linked();
  link.resize(100, 30);
  host.hello(0);
  host.drop();
  host.elapse();
  host.hello(0);
  assert.deepEqual(host.last.sent, ['{"kind":"resize","cols":100,"rows":30}']);
});

test('a flood is hung up on and read on when it is drawn', () => {
  const { host, link } = linked();
  host.hello(0);
  const flood = new Uint8Array(5 * 1024 * 1024);
  host.output(flood);
  assert.equal(host.last.state, 3);
  assert.equal(host.sockets.length, 1);
  link.drawn(flood.length);
  assert.equal(host.last.from, flood.length);
});

test('an ended terminal is not connected anew', () => {
  const { host, seen } = linked();
  host.hello(0);
  host.last.onmessage?.({ data: '{"kind":"exit","code":3}' });
  host.drop();
  assert.equal(seen.exit, 3);
  assert.equal(host.waits.length, 0);
});
