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
  hello(offset: number, input: { typed?: number; known?: boolean } = {}): void {
    this.last.state = 1;
    this.last.onopen?.();
    this.last.onmessage?.({ data: JSON.stringify({ kind: 'hello', offset, ...input }) });
  }
  /** What was sent over the newest connection. */
  get typed(): string {
    return this.last.sent.filter((one) => typeof one !== 'string').map((one) => new TextDecoder().decode(one as Uint8Array)).join('');
  }
  typedUpTo(typed: number): void {
    this.last.onmessage?.({ data: JSON.stringify({ kind: 'typed', typed }) });
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

const type = (link: TerminalLink, text: string) => link.input(new TextEncoder().encode(text));

test('what was lost with a connection is sent again, and nothing twice', () => {
  for (let arrived = 0; arrived <= 6; arrived++) {
    const { host, seen, link } = linked();
    host.hello(0, { typed: 0, known: false });
    for (const key of 'abcdef') type(link, key);
    host.drop();
    type(link, 'gh');
    host.elapse();
    host.hello(0, { typed: arrived, known: true });
    assert.equal(host.typed, 'abcdefgh'.slice(arrived));
    assert.equal(seen.lost, 0);

    host.drop(); // nothing of it arrived
    host.elapse();
    host.hello(0, { typed: arrived, known: true });
    assert.equal(host.typed, 'abcdefgh'.slice(arrived));
  }
});

test('where only a part of what was sent at once arrived the rest is sent', () => {
  const { host, link } = linked();
  host.hello(0, { typed: 0, known: false });
  type(link, 'one word');
  host.drop();
  host.elapse();
  host.hello(0, { typed: 4, known: true });
  assert.equal(host.typed, 'word');
});

test('a terminal that does not know this page is not told again what another may have taken', () => {
  const { host, seen, link } = linked();
  host.hello(0, { typed: 0, known: false });
  type(link, 'rm -rf build\r');
  host.drop();
  type(link, 'ls\r');
  host.elapse();
  host.hello(0, { typed: 0, known: false });
  assert.equal(host.typed, 'ls\r');
  assert.equal(seen.lost, 1);
  type(link, 'more');
  host.drop();
  host.elapse();
  host.hello(0, { typed: 3, known: true });
  assert.equal(host.typed, 'more');
});

test('of a long paste no more is on its way than is kept, and all of it comes', () => {
  const { host, link } = linked();
  host.hello(0, { typed: 0, known: false });
  const paste = new Uint8Array(300 * 1024).map((_, i) => 97 + (i % 26));
  link.input(paste);
  assert.equal(host.typed.length, 64 * 1024);
  let all = host.typed;
  host.typedUpTo(16 * 1024);
  host.drop();
  host.elapse();
  host.hello(0, { typed: 32 * 1024, known: true });
  all = all.slice(0, 32 * 1024);
  for (let typed = 32 * 1024; typed < paste.length; ) {
    typed = 32 * 1024 + host.typed.length;
    host.typedUpTo(typed);
  }
  all += host.typed;
  assert.equal(all, new TextDecoder().decode(paste));
});

test('a supervisor that does not tell what it took is sent all at once, as ever', () => {
  const { host, link } = linked();
  host.hello(0);
  link.input(new Uint8Array(300 * 1024));
  assert.equal(host.typed.length, 300 * 1024);
  host.drop();
  host.elapse();
  host.hello(0);
  assert.equal(host.typed, '');
});

test('a greeting in the middle changes nothing of the input', () => {
  const { host, link } = linked();
  host.hello(0, { typed: 0, known: false });
  type(link, 'abc');
  host.last.onmessage?.({ data: JSON.stringify({ kind: 'hello', offset: 9, typed: 1, known: false }) });
  type(link, 'd');
  assert.equal(host.typed, 'abcd');
});
