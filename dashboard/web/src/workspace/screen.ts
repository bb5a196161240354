// A terminal on the screen: the emulator, its connection, keys and clipboard.

import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal as Emulator, type ITheme } from '@xterm/xterm';
import { signal, type Signal } from '@preact/signals';
import { openApart, outside } from '../shared/links.ts';
import { printable } from '../shared/text.ts';
import type { Theme } from '../shared/theme.tsx';
import { TerminalLink } from './link.ts';
import { about, readTerminals } from './supervisor.ts';

const LIGHT: ITheme = {
  background: '#ffffff',
  foreground: '#1d262c',
  cursor: '#0f766e',
  cursorAccent: '#ffffff',
  selectionBackground: '#b9e4df',
  black: '#1d262c',
  red: '#b3261e',
  green: '#14713d',
  yellow: '#8a5a00',
  blue: '#1d5fa8',
  magenta: '#8b3a9b',
  cyan: '#0b6f78',
  white: '#6b7780',
  brightBlack: '#57636d',
  brightRed: '#cf352c',
  brightGreen: '#1a8a4b',
  brightYellow: '#a06a00',
  brightBlue: '#2a73c5',
  brightMagenta: '#a34ab5',
  brightCyan: '#0f8791',
  brightWhite: '#39454d',
};
const DARK: ITheme = {
  background: '#12181b',
  foreground: '#dbe3e7',
  cursor: '#4fd1c0',
  cursorAccent: '#12181b',
  selectionBackground: '#2b4f4e',
  black: '#28323a',
  red: '#ff8f86',
  green: '#6fd394',
  yellow: '#f0c36a',
  blue: '#85b8f2',
  magenta: '#d3a1ea',
  cyan: '#67d3de',
  white: '#c6d0d6',
  brightBlack: '#7c8b95',
  brightRed: '#ffb1aa',
  brightGreen: '#93e3b0',
  brightYellow: '#f7d692',
  brightBlue: '#a9cdf7',
  brightMagenta: '#e2bff2',
  brightCyan: '#93e2ea',
  brightWhite: '#f3f6f7',
};

// What a program hears when it asks the terminal about itself while old output is shown again would be typed into its shell.
// Old output comes in one go, so silence ends it; a terminal that is never silent has shown its old output by the other bound.
const REPLAY_QUIET_MS = 200;
const REPLAY_MOST_MS = 2000;

/** Whether the phone's Ctrl key is held for the next letter. */
export const ctrlHeld = signal(false);

export class Screen {
  readonly connected: Signal<boolean> = signal(true);
  readonly title = signal('');
  readonly exit = signal<number | undefined>(undefined);
  readonly inputLost = signal(false);
  private readonly emulator: Emulator;
  private readonly fitting = new FitAddon();
  private readonly link: TerminalLink;
  private replaying: boolean;
  private replayEnd: ReturnType<typeof setTimeout> | undefined;
  private replayBegan = 0;

  /** @param fresh whether this page has just opened the terminal, so that none of its output is old */
  constructor(
    readonly id: string,
    fresh: boolean,
    theme: Theme,
    private readonly keys: (event: KeyboardEvent) => boolean,
  ) {
    this.replaying = !fresh;
    const emulator = new Emulator({
      allowProposedApi: true, // Unicode 11
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
      fontSize: 14,
      lineHeight: 1.2,
      scrollback: 10_000,
      theme: theme === 'dark' ? DARK : LIGHT,
      linkHandler: { activate: (_, uri) => this.follow(uri), hover: (_, uri) => this.hint(uri), leave: () => this.hint('') },
    });
    this.emulator = emulator;
    emulator.loadAddon(this.fitting);
    emulator.loadAddon(new Unicode11Addon());
    emulator.unicode.activeVersion = '11';
    emulator.loadAddon(
      new WebLinksAddon((_, uri) => this.follow(uri), { hover: (_, uri) => this.hint(uri), leave: () => this.hint('') }),
    );
    this.link = new TerminalLink(
      {
        connect: (from, typist) => {
          const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
          // Its events carry more than Socket names; nothing else differs.
          return new WebSocket(
            `${scheme}//${location.host}/_supervisor/v1/terminals/${encodeURIComponent(id)}/connect?from=${from}&typist=${typist}`,
          ) as unknown as ReturnType<ConstructorParameters<typeof TerminalLink>[0]['connect']>;
        },
        after: (ms, call) => {
          const timer = setTimeout(call, ms);
          return () => clearTimeout(timer);
        },
      },
      {
        output: (bytes) => {
          this.awaitReplayEnd();
          emulator.write(bytes, () => this.link.drawn(bytes.length));
        },
        clear: () => emulator.write('\u001bc'), // in its turn: what came before may not be drawn yet
        title: (title) => (this.title.value = title),
        exit: (code) => (this.exit.value = code),
        connected: (yes) => {
          this.connected.value = yes;
          if (yes) this.awaitReplayEnd();
          if (yes) this.inputLost.value = false;
          else void readTerminals(); // it may have been closed elsewhere
        },
        inputLost: () => (this.inputLost.value = true),
      },
    );
    const encoder = new TextEncoder();
    emulator.onData((data) => this.link.input(encoder.encode(this.withCtrl(data))));
    emulator.onBinary((data) => this.link.input(Uint8Array.from(data, (character) => character.charCodeAt(0))));
    emulator.onResize(({ cols, rows }) => this.link.resize(cols, rows));
    emulator.onTitleChange((title) => (this.title.value = title));
    emulator.attachCustomKeyEventHandler((event) => this.key(event));
    this.keepQuietWhileReplaying();
  }

  /** Draws into an element that has a size. */
  show(element: HTMLElement): void {
    this.emulator.open(element);
    this.fit();
    this.link.open();
  }

  fit(): void {
    const size = this.fitting.proposeDimensions();
    // Less is a pane that is just being laid out, and would wrap all its lines.
    if (size && size.cols >= 4 && size.rows >= 2) this.fitting.fit();
  }

  /** Tells the size again: another window may have set its own. */
  claimSize(): void {
    this.link.resize(this.emulator.cols, this.emulator.rows);
  }

  get size(): { cols: number; rows: number } {
    return { cols: this.emulator.cols, rows: this.emulator.rows };
  }

  focus(): void {
    this.emulator.focus();
  }

  setTheme(theme: Theme): void {
    this.emulator.options.theme = theme === 'dark' ? DARK : LIGHT;
  }

  refresh(): void {
    this.link.refresh();
  }

  /** A key of the bar for phones. */
  press(key: 'escape' | 'tab' | 'up' | 'down' | 'left' | 'right' | (string & {})): void {
    const arrows: Record<string, string> = { up: 'A', down: 'B', right: 'C', left: 'D' };
    const arrow = arrows[key];
    const application = this.emulator.modes.applicationCursorKeysMode;
    if (key === 'escape') this.emulator.input('\u001b');
    else if (key === 'tab') this.emulator.input('\t');
    else if (arrow) this.emulator.input((application ? '\u001bO' : '\u001b[') + arrow);
    else this.emulator.input(key);
  }

  dispose(): void {
    clearTimeout(this.replayEnd);
    this.link.close();
    this.emulator.dispose();
  }

  private key(event: KeyboardEvent): boolean {
    if (event.type === 'keydown' && event.ctrlKey && event.shiftKey && !event.altKey && event.code === 'KeyC') {
      event.preventDefault();
      const selected = this.emulator.getSelection();
      if (selected) navigator.clipboard.writeText(selected).catch(() => document.execCommand('copy'));
      return false;
    }
    // The browser pastes; the emulator takes it from its text field.
    if (event.ctrlKey && event.shiftKey && event.code === 'KeyV') return false;
    return !this.keys(event);
  }

  private withCtrl(data: string): string {
    if (!ctrlHeld.value || data.length !== 1) return data;
    ctrlHeld.value = false;
    const code = data.toUpperCase().charCodeAt(0);
    return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : data;
  }

  private follow(uri: string): void {
    const url = outside(uri, location);
    if (url) openApart(url, about.value.dashboardUrl);
  }

  private hint(uri: string): void {
    const url = outside(uri, location);
    if (this.emulator.element) this.emulator.element.title = url ? printable(url, 200) : '';
  }

  private awaitReplayEnd(): void {
    if (!this.replaying) return;
    this.replayBegan ||= Date.now();
    clearTimeout(this.replayEnd);
    const wait = Math.min(REPLAY_QUIET_MS, this.replayBegan + REPLAY_MOST_MS - Date.now());
    // An empty write, to be called after all that was written is on the screen.
    this.replayEnd = setTimeout(() => this.emulator.write('', () => (this.replaying = false)), wait);
  }

  private keepQuietWhileReplaying(): void {
    const { parser } = this.emulator;
    const swallow = () => this.replaying;
    parser.registerCsiHandler({ final: 'c' }, swallow); // device attributes
    parser.registerCsiHandler({ prefix: '>', final: 'c' }, swallow);
    parser.registerCsiHandler({ final: 'n' }, swallow); // status, cursor position
    parser.registerCsiHandler({ prefix: '?', final: 'n' }, swallow);
    parser.registerCsiHandler({ intermediates: '$', final: 'p' }, swallow); // modes
    parser.registerCsiHandler({ prefix: '?', intermediates: '$', final: 'p' }, swallow);
    parser.registerDcsHandler({ intermediates: '$', final: 'q' }, swallow); // settings
    for (const colour of [4, 10, 11, 12]) parser.registerOscHandler(colour, (data) => this.replaying && data.endsWith('?'));
  }
}
