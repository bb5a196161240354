// One terminal's connection: what was received is counted, so that a new connection goes on exactly there. What was sent
// is kept until the supervisor has said that it took it, and sent again where a connection broke before.

/** The part of a browser's WebSocket that is used here. */
export interface Socket {
  binaryType: string;
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
}

export interface LinkEvents {
  /** Bytes to draw; call `link.drawn` with their number when that is done. */
  output(bytes: Uint8Array): void;
  /** What is on the screen is not what comes before the next byte: clear it. */
  clear(): void;
  title(title: string): void;
  exit(code: number): void;
  connected(yes: boolean): void;
  /** Typed text was thrown away, because the connection has been away for too long. */
  inputLost(): void;
}

export interface LinkHost {
  /** `typist` names this page for as long as it lives. */
  connect(from: number, typist: string): Socket;
  /** Calls later; the answer takes it back. */
  after(ms: number, call: () => void): () => void;
}

/** Sent and perhaps not taken: the supervisor tells of each 8 KiB. The rest of what is pasted waits. */
const WINDOW_BYTES = 64 * 1024;
/** What is pasted, as long as the connection is there. */
const PASTE_BYTES = 16 * 1024 * 1024;
/** What is typed while the connection is away; a pasted file is no longer meant when it comes back. */
export const INPUT_KEPT_BYTES = 64 * 1024;
/** Of what is pasted, at once: less than any server between us refuses. */
const MESSAGE_BYTES = 16 * 1024;
/** Not drawn yet: past this we hang up, and go on from the same byte (or what the server still keeps) when drawn. */
const BEHIND_BYTES = 4 * 1024 * 1024;
const CAUGHT_UP_BYTES = 256 * 1024;
const RETRY_MS = [250, 500, 1000, 2000, 5000];
const OPEN = 1;

export class TerminalLink {
  private socket: Socket | undefined;
  private offset = 0;
  private greeted = false;
  private failures = 0;
  private undrawn = 0;
  private behind = false;
  private ended = false;
  private closed = false;
  private waiting: Uint8Array<ArrayBuffer>[] = [];
  private waitingBytes = 0;
  private sent: Uint8Array<ArrayBuffer>[] = [];
  private sentBytes = 0;
  /** What was taken of all that this page ever sent; unknown where the supervisor does not tell. */
  private taken: number | undefined;
  private readonly typist = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  private size: { cols: number; rows: number } | undefined;
  private cancelRetry = () => {};

  constructor(
    private readonly host: LinkHost,
    private readonly events: LinkEvents,
  ) {}

  open(): void {
    if (this.closed || this.socket) return;
    this.cancelRetry();
    const socket = this.host.connect(this.offset, this.typist);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    this.greeted = false;
    socket.onopen = () => this.sendSize();
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      if (typeof data === 'string') this.told(data);
      else this.received(new Uint8Array(data as ArrayBuffer));
    };
    socket.onclose = () => {
      if (socket === this.socket) this.lost();
    };
  }

  /** Connects anew at once, after the network was away: the old connection may be dead without knowing. */
  refresh(): void {
    if (this.ended || this.closed || this.behind) return;
    this.hangUp();
    this.failures = 0;
    this.open();
  }

  input(bytes: Uint8Array): void {
    if (bytes.length > MESSAGE_BYTES) {
      for (let at = 0; at < bytes.length; at += MESSAGE_BYTES) this.input(bytes.subarray(at, at + MESSAGE_BYTES));
      return;
    }
    if (this.ended) return;
    const most = this.there() ? PASTE_BYTES : INPUT_KEPT_BYTES;
    if (this.waitingBytes + bytes.length > most) {
      this.events.inputLost();
      return;
    }
    this.waiting.push(new Uint8Array(bytes));
    this.waitingBytes += bytes.length;
    this.flush();
  }

  private there(): boolean {
    return this.greeted && this.socket?.readyState === OPEN;
  }

  /** Sends what waits, as far as the window allows. */
  private flush(): void {
    while (this.there()) {
      const next = this.waiting[0];
      if (!next || (this.taken !== undefined && this.sentBytes + next.length > WINDOW_BYTES)) return;
      this.waiting.shift();
      this.waitingBytes -= next.length;
      this.socket?.send(next);
      if (this.taken === undefined) continue;
      this.sent.push(next);
      this.sentBytes += next.length;
    }
  }

  /** The supervisor has taken `typed` bytes of this page. */
  private tookInput(typed: number): void {
    while (this.taken !== undefined && this.taken < typed) {
      const first = this.sent.shift();
      if (!first) return;
      const part = Math.min(first.length, typed - this.taken);
      if (part < first.length) this.sent.unshift(first.slice(part));
      this.taken += part;
      this.sentBytes -= part;
    }
  }

  /** What of the sent text is to be sent again, at the begin of a connection. */
  private inputGoesOn(typed: number | undefined, known: boolean): void {
    if (typed !== undefined && known && this.taken !== undefined) {
      this.tookInput(typed);
      for (const bytes of this.sent) this.socket?.send(bytes);
      return;
    }
    // Another terminal, or one that has forgotten this page: what was on its way may have been taken or not.
    if (this.sentBytes > 0) this.events.inputLost();
    this.sent = [];
    this.sentBytes = 0;
    this.taken = typed;
  }

  resize(cols: number, rows: number): void {
    this.size = { cols, rows };
    this.sendSize();
  }

  /** So many bytes of what `output` was given are on the screen. */
  drawn(bytes: number): void {
    this.undrawn -= bytes;
    if (this.behind && this.undrawn < CAUGHT_UP_BYTES) {
      this.behind = false;
      this.open();
    }
  }

  close(): void {
    this.closed = true;
    this.cancelRetry();
    this.hangUp();
  }

  private told(text: string): void {
    const message = JSON.parse(text) as { kind: string; offset?: number; title?: string; code?: number; typed?: number; known?: boolean };
    switch (message.kind) {
      case 'hello':
        this.hello(message.offset ?? 0, message.typed, message.known ?? false);
        if (message.title) this.events.title(message.title);
        break;
      case 'typed':
        this.tookInput(message.typed ?? 0);
        this.flush();
        break;
      case 'title':
        this.events.title(message.title ?? '');
        break;
      case 'exit':
        this.ended = true;
        this.events.exit(message.code ?? 0);
        break;
    }
  }

  private hello(offset: number, typed: number | undefined, known: boolean): void {
    // More: output was forgotten. Less: it is another terminal of that name, after a restart, told from its beginning.
    if (offset !== this.offset) this.events.clear();
    this.offset = offset;
    this.failures = 0;
    // It comes again on the same connection when output was missed; input goes on as it was.
    const begins = !this.greeted;
    this.greeted = true;
    this.events.connected(true);
    if (begins) this.inputGoesOn(typed, known);
    else this.tookInput(typed ?? 0);
    this.flush();
  }

  private received(bytes: Uint8Array): void {
    this.offset += bytes.length;
    this.undrawn += bytes.length;
    this.events.output(bytes);
    if (this.undrawn > BEHIND_BYTES) {
      this.behind = true;
      this.hangUp();
    }
  }

  private lost(): void {
    this.socket = undefined;
    this.greeted = false;
    if (this.ended || this.closed) return;
    this.events.connected(false);
    const wait = RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)] ?? 5000;
    this.cancelRetry = this.host.after(wait, () => this.open());
  }

  private hangUp(): void {
    const socket = this.socket;
    this.socket = undefined;
    this.greeted = false;
    socket?.close();
  }

  private sendSize(): void {
    if (this.size && this.socket?.readyState === OPEN) this.socket.send(JSON.stringify({ kind: 'resize', ...this.size }));
  }
}
