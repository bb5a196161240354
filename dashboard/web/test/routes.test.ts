import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentLink, route } from '../src/site/routes.ts';

test('our own routes begin with a slash', () => {
  assert.deepEqual(route(''), { page: 'list' });
  assert.deepEqual(route('#/'), { page: 'list' });
  assert.deepEqual(route('#/start/a-b-c'), { page: 'start', id: 'a-b-c', stay: false, to: '/' });
  assert.deepEqual(route('#/start/a-b-c?stay'), { page: 'start', id: 'a-b-c', stay: true, to: '/' });
  assert.deepEqual(route('#/workspace/a-b-c'), { page: 'workspace', id: 'a-b-c' });
  assert.deepEqual(route('#/settings/git'), { page: 'settings', tab: 'git' });
  assert.deepEqual(route('#/settings'), { page: 'settings', tab: 'variables' });
  assert.deepEqual(route('#/settings/other'), { page: 'unknown' });
  assert.deepEqual(route('#/deleted'), { page: 'deleted' });
  assert.deepEqual(route('#/installation'), { page: 'installation' });
  assert.deepEqual(route('#/ssh-keys'), { page: 'ssh-keys' });
  assert.deepEqual(route('#/workspace/../x'), { page: 'unknown' });
});

test('everything else is a context URL, whatever its prefix', () => {
  for (const url of [
    'https://github.com/octo/hello',
    'git@host:octo/hello',
    'ssh://host/octo/hello',
    'file:///srv/hello.git',
    'FOO=bar/https://github.com/octo/hello',
    'referrer:vscode/https://github.com/octo/hello',
    'https://host/octo/hello/tree/feature/a#b',
  ]) {
    assert.deepEqual(route('#' + url), { page: 'context', url });
  }
});

test('a context URL is decoded once', () => {
  assert.deepEqual(route('#https%3A%2F%2Fhost%2Focto%2Fhello'), { page: 'context', url: 'https://host/octo/hello' });
  assert.deepEqual(route('#https://host/a/b/tree/50%'), { page: 'context', url: 'https://host/a/b/tree/50%' });
});

test('a start page knows where in the workspace to go, and nowhere else', () => {
  const to = (text: string) => {
    const found = route('#/start/a-b-c?to=' + text);
    return found.page === 'start' ? found.to : found.page;
  };
  assert.equal(to('%2F%3Ffolder%3D%2Fworkspace%2Fa%26b%3D%2525'), '/?folder=/workspace/a&b=%25');
  for (const bad of ['', 'x', '%2F%2Fevil.example', '%2F%5Cevil.example', 'https%3A%2F%2Fevil.example', '%2F%09%2Fevil.example', '@evil.example', '%2F%0A']) {
    assert.equal(to(bad), '/', bad);
  }
});

test('a moment is looked at in a folder, compared with another', () => {
  const moment = { page: 'moment', id: 'a-b-c', point: '2026t1z-0f', path: '/workspace', with: '' };
  assert.deepEqual(route('#/workspace/a-b-c/points/2026t1z-0f'), moment);
  assert.deepEqual(route(momentLink('a-b-c', '2026t1z-0f')), moment);
  const deeper = { path: '/workspace/a b/ä&?#%', with: 'now' };
  assert.deepEqual(route(momentLink('a-b-c', '2026t1z-0f', deeper)), { ...moment, ...deeper });
  assert.deepEqual(route('#/workspace/a-b-c/points/2026t1z-0f?path=x&with=../y'), moment);
  assert.deepEqual(route('#/workspace/a-b-c/points/../x'), { page: 'unknown' });
});
