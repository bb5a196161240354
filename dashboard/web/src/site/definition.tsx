import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { printable } from '../shared/text.ts';
import { openWith, pressed } from './actions.ts';
import { api, type Definition, type Failure, type Workspace } from './api.ts';
import { Trouble } from './parts.tsx';

// More of one value than anybody reads here.
const LONGEST = 2000;

/** A command of several lines stays one. */
function lines(value: string): string {
  return value
    .slice(0, LONGEST)
    .split('\n')
    .map((line) => printable(line, LONGEST))
    .join('\n');
}

/** What the workspace is made by, and where each of it comes from. */
export function DefinitionFacts({ workspace }: { workspace: Workspace }) {
  const definition = useSignal<Definition | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  // A start may take another image than the last one.
  useEffect(() => {
    void api.definition(workspace.id).then((answer) => {
      if (answer.ok) definition.value = answer.value;
      failure.value = answer.ok ? undefined : answer.failure;
    });
  }, [workspace.id, workspace.image]);
  const known = definition.value;
  return (
    <>
      <h2>Definition</h2>
      {failure.value && <Trouble failure={failure.value} />}
      {known?.why && <p class="why">{printable(known.why, 500)}</p>}
      {known?.others.map((file) => (
        <p key={file} class="quiet other-definition">
          <span>
            Not used: <bdi>{printable(file, 300)}</bdi>
          </span>
          <button type="button" class="button" disabled={pressed.value.has(workspace.id)} onClick={() => openWith(workspace, file)}>
            Open a new workspace with it
          </button>
        </p>
      ))}
      {known && (
        <dl class="facts definition">
          {known.facts.map((fact, at) => (
            <>
              <dt key={`${at} name`}>{printable(fact.name, 100)}</dt>
              <dd key={`${at} values`}>
                <ul>
                  {fact.values.map((value) => (
                    <li>
                      <bdi>{lines(value)}</bdi>
                    </li>
                  ))}
                </ul>
                <span class="quiet fact-from">{printable(fact.from, 200)}</span>
              </dd>
            </>
          ))}
        </dl>
      )}
    </>
  );
}
