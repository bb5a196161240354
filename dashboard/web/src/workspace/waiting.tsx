import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon, Logo } from '../shared/icons.tsx';
import { duration, printable } from '../shared/text.ts';
import { ThemeButton } from '../shared/theme.tsx';
import { about, editorAnswers, startPage, status } from './supervisor.ts';
import { tail } from './tail.ts';

const ASK_EVERY_MS = 150;

/** Shown while the editor is on its way. What it says is told by the supervisor; the address stays as it is. */
export function Waiting({ comes }: { comes: boolean }) {
  const since = useSignal(Date.now());
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), 100);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (!comes) return;
    const timer = setInterval(() => void changeOver(), ASK_EVERY_MS);
    void changeOver();
    return () => clearInterval(timer);
  }, [comes]);
  const said = status.value;
  const preparing = said?.content.kind === 'preparing';
  const step = said?.steps.filter((each) => !each.ended).at(-1);
  const waited = now.value - since.value;
  const words = !said ? 'Connecting to the workspace' : preparing ? 'Fetching the repository' : 'Starting the editor';
  return (
    <main class="waiting">
      <header>
        <Logo />
        <h1>
          <bdi>{printable(about.value.repository, 80)}</bdi>
        </h1>
        <ThemeButton />
      </header>
      <p class="waiting-now" role="status">
        <span class="spinner" aria-hidden="true" /> <span>{words}</span>
        {preparing && step?.detail && <bdi class="quiet">{printable(step.detail, 120)}</bdi>}
      </p>
      <p class="waiting-time quiet">{duration(waited)}. The editor opens here by itself.</p>
      <ol class="waiting-steps" aria-label="Done so far">
        {(said?.steps ?? [])
          .filter((each) => each.ended)
          .map((each) => (
            <li key={each.name}>
              <Icon name="check" /> {printable(each.name, 40)}
              {each.began && <span class="quiet"> {duration(Date.parse(each.ended ?? '') - Date.parse(each.began))}</span>}
            </li>
          ))}
      </ol>
      <FirstTask />
      <p class="waiting-links">
        <a class="button" href="/_berth/terminal/">
          Terminals
        </a>
        {startPage.value && (
          <a class="button" href={startPage.value + '?stay'}>
            Details
          </a>
        )}
      </p>
    </main>
  );
}

let leaving = false;

/** The supervisor knows of the editor a moment before the gateway does, and only the gateway's word counts. */
async function changeOver(): Promise<void> {
  if (leaving || !(await editorAnswers()) || leaving) return;
  leaving = true;
  location.reload(); // with all that the address says
}

function FirstTask() {
  const task = status.value?.tasks[0];
  if (!task) return null;
  return <Tail key={task.terminal} id={task.terminal} name={task.name} />;
}

function Tail({ id, name }: { id: string; name: string }) {
  const text = useSignal('');
  useEffect(() => {
    const following = tail(id);
    const timer = setInterval(() => (text.value = following.text.value), 100);
    return () => {
      clearInterval(timer);
      following.stop();
    };
  }, [id]);
  return (
    <section class="waiting-task" aria-label={`Output of the task ${printable(name, 60)}`}>
      <h2>{printable(name, 60)}</h2>
      <pre>{text.value}</pre>
    </section>
  );
}
