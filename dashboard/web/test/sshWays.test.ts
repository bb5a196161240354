import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ways } from '../src/site/sshWays.ts';

const ssh = { host: 'berth.localhost', port: 2222 };

test('a workspace is reached by command, VS Code and JetBrains', () => {
  const to = ways({ id: 'octo-hello-abcdefghijk', folder: '/workspace/hello' }, ssh);
  assert.equal(to.command, 'ssh -p 2222 octo-hello-abcdefghijk@localhost');
  assert.equal(to.vscode, 'vscode://vscode-remote/ssh-remote+octo-hello-abcdefghijk@berth.localhost:2222/workspace/hello');
  assert.match(to.jetbrains, /^jetbrains-gateway:\/\/connect#type=ssh&.*host=berth\.localhost&port=2222&user=octo-hello-abcdefghijk&/);
});

test('a hostile name stays in its place', () => {
  const to = ways({ id: 'x -oProxyCommand=evil', folder: '/workspace/a b?c#d/e' }, { host: 'h -o x', port: 22 });
  assert.equal(to.command, 'ssh -p 22 unknown@unknown');
  assert.ok(to.vscode.endsWith('/workspace/a%20b%3Fc%23d/e'));
});
