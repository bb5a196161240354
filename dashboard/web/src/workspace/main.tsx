import './workspace.css';
import { effect, signal, useSignal } from '@preact/signals';
import { render, type ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Dialog } from '../shared/dialog.tsx';
import { Icon, Logo, type IconName } from '../shared/icons.tsx';
import { printable } from '../shared/text.ts';
import { ThemeButton } from '../shared/theme.tsx';
import { change, close, focus, focused, key, open, screen, screens, tab, tabs } from './desk.ts';
import { areas, dividers, leaves, withRatio, type Area, type Divider, type Pane } from './layout.ts';
import { ctrlHeld } from './screen.ts';
import { PortList, PortsPage } from './ports.tsx';
import { place, view } from './view.ts';
import { Waiting } from './waiting.tsx';
import { about, complaint, health, learnAbout, listen, startPage, status, terminals } from './supervisor.ts';

const narrow = signal(matchMedia('(max-width: 600px)').matches);
matchMedia('(max-width: 600px)').addEventListener('change', (event) => (narrow.value = event.matches));
const closing = signal<string | undefined>(undefined);

const at = place(location.pathname);
// An editor that is installed starts within a second or two; one that is only being made takes minutes, for which the terminals are better.
const AWAITED_MS = 8000;
const waited = signal(false);
const typed = signal(false);

function App() {
  const shown = view(at, status.value, health.value, { waited: waited.value, typed: typed.value });
  if (shown === 'waiting' || shown === 'editor') return <Waiting comes={shown === 'editor'} />;
  if (shown === 'ports') {
    return (
      <>
        <Top tabs={false} />
        <Notes />
        <PortsPage />
      </>
    );
  }
  return (
    <>
      <Top tabs />
      <Notes />
      <Desk />
      <KeyBar />
      {closing.value && <CloseDialog id={closing.value} />}
    </>
  );
}

function Top({ tabs }: { tabs: boolean }) {
  const dashboard = about.value.dashboardUrl;
  return (
    <header class="bar">
      {dashboard ? (
        <a class="home" href={dashboard} aria-label="To the dashboard" title="To the dashboard">
          <Logo /> <bdi class="home-name">{printable(about.value.repository, 40)}</bdi>
        </a>
      ) : (
        <span class="home">
          <Logo />
        </span>
      )}
      {tabs ? <Tabs /> : <div class="tabs" />}
      <div class="tools">
        {(at !== 'home' || !tabs) && status.value?.editor?.kind === 'ready' && (
          <a class="button editor-button" href="/">
            Editor
          </a>
        )}
        {!tabs && (
          <a class="button editor-button" href="/_berth/terminal/">
            Terminals
          </a>
        )}
        {tabs && <Tool icon="plus" words="New terminal (Ctrl+Shift+`)" onClick={() => open('tab')} />}
        {tabs && !narrow.value && (
          <>
            <Tool icon="right" words="Split to the right (Ctrl+Shift+5)" onClick={() => open('row')} />
            <Tool icon="down" words="Split downwards" onClick={() => open('column')} />
          </>
        )}
        {tabs && <Ports />}
        <ThemeButton />
      </div>
    </header>
  );
}

function Tool({ icon, words, onClick }: { icon: IconName; words: string; onClick: () => void }) {
  return (
    <button type="button" class="icon-button" aria-label={words} title={words} disabled={health.value !== 'ok'} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

/** What a terminal is called: after its task, or what its program calls itself. */
function label(id: string): string {
  const terminal = terminals.value?.find((each) => each.id === id);
  const task = status.value?.tasks.find((each) => each.terminal === id);
  const words = task?.name || screens.value.get(id)?.title.value || terminal?.title || id;
  return printable(words, 60);
}

type Mark = 'running' | 'done' | 'failed' | 'idle';

function mark(id: string): { mark: Mark; words: string } {
  const terminal = terminals.value?.find((each) => each.id === id);
  const task = status.value?.tasks.find((each) => each.terminal === id);
  const exit = screens.value.get(id)?.exit.value ?? task?.exitCode ?? terminal?.exitCode;
  if (exit !== undefined) return exit === 0 ? { mark: 'done', words: 'ended' } : { mark: 'failed', words: `ended with exit code ${exit}` };
  if (task) return task.running ? { mark: 'running', words: 'task is running' } : { mark: 'done', words: 'task is done' };
  return { mark: 'idle', words: 'terminal' };
}

function Tabs() {
  const strip = useRef<HTMLDivElement>(null);
  const here = tab.value;
  useEffect(() => {
    strip.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [here]);
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!step || event.ctrlKey || !here) return;
    event.preventDefault();
    const next = tabs.value[(tabs.value.indexOf(here) + step + tabs.value.length) % tabs.value.length];
    const id = next && leaves(next)[0];
    if (!id) return;
    focused.value = id;
    requestAnimationFrame(() => strip.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };
  return (
    <div class="tabs" role="tablist" aria-label="Terminals" ref={strip} onKeyDown={move}>
      {tabs.value.map((each) => (
        <Tab key={leaves(each)[0]} pane={each} selected={each === here} />
      ))}
    </div>
  );
}

function Tab({ pane, selected }: { pane: Pane; selected: boolean }) {
  const inside = leaves(pane);
  const id = inside.find((each) => each === focused.value) ?? inside[0] ?? '';
  const { mark: shape, words } = mark(id);
  const name = label(id);
  return (
    <div class={`tab ${selected ? 'selected' : ''}`} role="presentation">
      <button
        type="button"
        role="tab"
        aria-selected={selected}
        tabIndex={selected ? 0 : -1}
        title={`${name}: ${words}`}
        onClick={() => focus(id)}
        onAuxClick={(event) => {
          if (event.button === 1) ask(id);
        }}
      >
        <span class={`mark ${shape}`} aria-hidden="true">
          {shape === 'done' ? <Icon name="check" /> : shape === 'failed' ? <Icon name="cross" /> : null}
        </span>
        <bdi class="tab-name">{name}</bdi>
        <span class="visually-hidden">, {words}</span>
        {inside.length > 1 && <span class="tab-count">{inside.length}</span>}
      </button>
      <button type="button" class="tab-close" tabIndex={-1} aria-label={`Close ${name}`} title={`Close ${name}`} onClick={() => ask(id)}>
        <Icon name="cross" />
      </button>
    </div>
  );
}

/** Closes it, or asks first where a task would end. */
function ask(id: string): void {
  const task = status.value?.tasks.find((each) => each.terminal === id);
  if (task?.running) closing.value = id;
  else void close(id);
}

function CloseDialog({ id }: { id: string }) {
  const away = () => (closing.value = undefined);
  return (
    <Dialog title={`Close “${label(id)}”?`} onClose={away}>
      <p>Its task still runs, and ends when the terminal is closed. It runs again when the workspace is started anew.</p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={away}>
          Keep it
        </button>
        <button
          type="button"
          class="button danger-solid"
          onClick={() => {
            away();
            void close(id);
          }}
        >
          End it
        </button>
      </div>
    </Dialog>
  );
}

function Ports() {
  const shown = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const ports = status.value?.ports ?? [];
  useEffect(() => {
    if (!shown.value) return;
    const outside = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !box.current?.contains(event.target as Node)) {
        shown.value = false;
        if (event instanceof KeyboardEvent) box.current?.querySelector('button')?.focus();
      }
    };
    addEventListener('pointerdown', outside, true);
    addEventListener('keydown', outside, true);
    return () => {
      removeEventListener('pointerdown', outside, true);
      removeEventListener('keydown', outside, true);
    };
  }, [shown.value]);
  return (
    <div class="ports-menu" ref={box}>
      <button
        type="button"
        class="button ports-button"
        aria-expanded={shown.value}
        aria-controls="ports"
        onClick={() => (shown.value = !shown.value)}
      >
        <Icon name="ports" />
        <span class="ports-word">Ports</span>
        {ports.length > 0 && <span class="count">{ports.length}</span>}
      </button>
      <p class="visually-hidden" role="status">
        {ports.length > 0 ? `Served ports: ${ports.map((each) => each.port).join(', ')}` : ''}
      </p>
      {shown.value && (
        <div class="menu" id="ports">
          <PortList />
        </div>
      )}
    </div>
  );
}

/** What one should know now, above the terminals, which can still be read. */
function Notes() {
  const content = status.value?.content;
  const step = status.value?.steps.filter((each) => !each.ended).at(-1);
  const page = startPage.value;
  switch (health.value) {
    case 'stranger':
      return (
        <Note bad words="This browser is not logged in to this workspace any more.">
          <a class="button" href={page ?? '/'}>
            Log in again
          </a>
        </Note>
      );
    case 'gone':
      return (
        <Note bad words="This workspace is not running, or this browser is not logged in to it any more. Its files are kept.">
          {page && (
            <a class="button primary" href={page}>
              See why, and start it
            </a>
          )}
        </Note>
      );
    case 'away':
      return (
        <Note bad words="The workspace does not answer. What you type is kept for a while; trying again …">
          {page && (
            <a class="button" href={page}>
              How does it stand?
            </a>
          )}
        </Note>
      );
    case 'connecting':
    case 'retrying':
    case 'ok':
  }
  if (complaint.value) {
    return (
      <Note bad words={complaint.value}>
        <button type="button" class="button" onClick={() => (complaint.value = undefined)}>
          Close
        </button>
      </Note>
    );
  }
  if (content?.kind === 'failed') {
    return (
      <Note bad words={`${content.what} ${content.remedy}`}>
        {page && (
          <a class="button" href={page + '?stay'}>
            Details
          </a>
        )}
      </Note>
    );
  }
  const editor = status.value?.editor;
  if (editor?.kind === 'starting' && at === 'home' && content?.kind === 'ready') {
    return <Note words="The editor is on its way, and opens here when it is there. Where it is made for the first time, that takes some minutes." />;
  }
  if (editor?.kind === 'ready' && at === 'home') {
    return (
      <Note words="The editor is there.">
        <a class="button primary" href={location.href}>
          Open it
        </a>
      </Note>
    );
  }
  if (editor?.kind === 'failed' && at === 'home') return <Note bad words={`The editor does not run: ${editor.what} ${editor.remedy}`} />;
  if (content?.kind === 'preparing') return <Note words={`The repository is being fetched${step?.detail ? `: ${step.detail}` : ''} …`} />;
  return null;
}

function Note({ words, bad = false, children }: { words: string; bad?: boolean; children?: ComponentChildren }) {
  return (
    <div class={`notice ${bad ? 'bad' : ''}`} role={bad ? 'alert' : 'status'}>
      {bad ? <Icon name="alert" /> : <span class="spinner" />}
      <p>{printable(words, 600)}</p>
      {children}
    </div>
  );
}

function Desk() {
  const desk = useRef<HTMLElement>(null);
  const here = tab.value;
  const places = here ? areas(here) : new Map<string, Area>();
  const known = tabs.value.flatMap(leaves);
  if (terminals.value?.length === 0 && status.value?.content.kind === 'ready') {
    return (
      <main class="desk empty-desk">
        <p>No terminal is open.</p>
        <button type="button" class="button primary" onClick={() => open('tab')}>
          <Icon name="plus" /> New terminal
        </button>
      </main>
    );
  }
  return (
    <main class="desk" ref={desk}>
      {/* Flat, each under its own key: an emulator must not be torn out when the tree around it changes. */}
      {known.map((id) => {
        const area = places.get(id);
        const alone = narrow.value && id !== focused.value;
        return <TerminalPane key={id} id={id} area={alone ? undefined : narrow.value && area ? WHOLE : area} single={places.size < 2 || narrow.value} />;
      })}
      {here && !narrow.value && dividers(here).map((each) => <DividerLine key={each.path.join()} divider={each} tab={here} />)}
    </main>
  );
}

const WHOLE: Area = { x: 0, y: 0, width: 1, height: 1 };

function TerminalPane({ id, area, single }: { id: string; area: Area | undefined; single: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const shown = area !== undefined;
  const began = useRef(false);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !shown) return;
    const view = screen(id);
    if (!began.current) {
      began.current = true;
      view.show(element);
      if (id === focused.peek() && !document.querySelector('dialog[open]')) view.focus();
    }
    let frame = 0;
    const watcher = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => view.fit());
    });
    watcher.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      watcher.disconnect();
    };
  }, [shown]);
  const view = screens.value.get(id);
  // Said once above for all of them.
  const lost = view && !view.connected.value && health.value !== 'gone' && health.value !== 'stranger';
  const ended = view?.exit.value;
  return (
    <div
      class={`pane ${id === focused.value && !single ? 'focused' : ''} ${single ? 'single' : ''}`}
      style={
        area
          ? `left:${area.x * 100}%;top:${area.y * 100}%;width:${area.width * 100}%;height:${area.height * 100}%`
          : 'display:none'
      }
      role="group"
      aria-label={label(id)}
      data-terminal={id}
      onFocusCapture={() => (focused.value = id)}
    >
      <div class="emulator" ref={box} />
      {lost && (
        <p class="badge" role="status">
          <span class="spinner" /> {view.inputLost.value ? 'Reconnecting; too much was typed, the last of it is lost' : 'Reconnecting'}
        </p>
      )}
      {ended !== undefined && !lost && (
        <p class={`badge ${ended === 0 ? '' : 'bad'}`}>
          Ended{ended === 0 ? '' : ` with exit code ${ended}`}{' '}
          <button type="button" class="badge-button" onClick={() => close(id)}>
            Close
          </button>
        </p>
      )}
      {!single && (
        <button type="button" class="pane-close" tabIndex={-1} aria-label={`Close ${label(id)}`} title="Close this terminal" onClick={() => ask(id)}>
          <Icon name="cross" />
        </button>
      )}
    </div>
  );
}

function DividerLine({ divider, tab: whole }: { divider: Divider; tab: Pane }) {
  const { area, direction, path, ratio } = divider;
  const row = direction === 'row';
  const drag = (event: PointerEvent) => {
    const line = event.currentTarget as HTMLElement;
    const desk = line.parentElement?.getBoundingClientRect();
    if (!line.hasPointerCapture(event.pointerId) || !desk) return;
    const at = row ? (event.clientX - desk.left) / desk.width : (event.clientY - desk.top) / desk.height;
    const [start, length] = row ? [area.x, area.width] : [area.y, area.height];
    change(whole, withRatio(whole, path, (at - start) / length));
  };
  return (
    <div
      class={`divider ${direction}`}
      role="separator"
      tabIndex={0}
      aria-orientation={row ? 'vertical' : 'horizontal'}
      aria-label="Size of the panes"
      aria-valuemin={10}
      aria-valuemax={90}
      aria-valuenow={Math.round(ratio * 100)}
      style={
        row
          ? `left:${(area.x + area.width * ratio) * 100}%;top:${area.y * 100}%;height:${area.height * 100}%`
          : `top:${(area.y + area.height * ratio) * 100}%;left:${area.x * 100}%;width:${area.width * 100}%`
      }
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
      }}
      onPointerMove={drag}
      onDblClick={() => change(whole, withRatio(whole, path, 0.5))}
      onKeyDown={(event) => {
        if (event.ctrlKey) return;
        const by = { ArrowLeft: -0.05, ArrowUp: -0.05, ArrowRight: 0.05, ArrowDown: 0.05 }[event.key];
        if (!by) return;
        event.preventDefault();
        change(whole, withRatio(whole, path, ratio + by));
      }}
    />
  );
}

/** Keys that a phone's keyboard lacks. */
function KeyBar() {
  const press = (name: string) => (event: PointerEvent) => {
    event.preventDefault(); // the keyboard stays open
    screens.value.get(focused.value ?? '')?.press(name);
  };
  const keys: [string, string, string][] = [
    ['escape', 'Esc', 'Escape'],
    ['tab', 'Tab', 'Tab'],
    ['left', '←', 'Left'],
    ['up', '↑', 'Up'],
    ['down', '↓', 'Down'],
    ['right', '→', 'Right'],
    ['|', '|', 'Pipe'],
    ['/', '/', 'Slash'],
    ['-', '-', 'Dash'],
  ];
  return (
    <div class="keybar" role="toolbar" aria-label="Keys">
      {keys.map(([name, shown, words], index) => (
        <>
          {index === 2 && (
            <button
              type="button"
              class={ctrlHeld.value ? 'held' : ''}
              aria-pressed={ctrlHeld.value}
              tabIndex={-1}
              onPointerDown={(event) => {
                event.preventDefault();
                ctrlHeld.value = !ctrlHeld.value;
              }}
            >
              Ctrl
            </button>
          )}
          <button type="button" key={name} tabIndex={-1} aria-label={words} onPointerDown={press(name)}>
            {shown}
          </button>
        </>
      ))}
    </div>
  );
}

let timer: ReturnType<typeof setTimeout> | undefined;
effect(() => {
  const waits = status.value?.editor?.kind === 'starting' && status.value.content.kind === 'ready';
  if (waits) timer ??= setTimeout(() => (waited.value = true), AWAITED_MS);
});
addEventListener(
  'keydown',
  (event) => {
    if ((event.target as HTMLElement).closest('.emulator')) typed.value = true;
  },
  true,
);

// Where the focus is in no terminal; those hand on what is ours.
addEventListener('keydown', (event) => {
  if (!(event.target as HTMLElement).closest('.emulator')) key(event);
});
effect(() => {
  document.title = printable(about.value.repository, 80);
});
render(<App />, document.getElementById('page')!);
void learnAbout();
listen();
