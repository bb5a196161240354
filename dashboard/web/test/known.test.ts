import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSame, known, place } from '../src/site/known.ts';

test('a repository and its branches are known by host, owner and name', () => {
  for (const url of [
    'https://github.com/Octo/hello',
    'https://GitHub.com/octo/hello.git',
    'https://github.com/octo/hello/',
    'https://github.com/octo/hello/tree/feature/one',
    'https://github.com/octo/hello/-/tree/main',
    'https://github.com/octo/hello/src/branch/main',
  ]) {
    assert.deepEqual(known(url), { host: 'github.com', owner: 'octo', repository: 'hello' }, url);
  }
  assert.equal(place(known('http://git.example.org:8080/a/b')!), 'git.example.org:8080/a');
});

test('what a stranger could have written is not', () => {
  for (const url of [
    'https://github.com/octo/hello/pull/1',
    'https://github.com/octo/hello/-/merge_requests/1',
    'https://github.com/octo/hello/commit/0123456789abcdef0123456789abcdef01234567',
    'https://github.com/octo/hello/tree/0123456789abcdef0123456789abcdef01234567',
    'https://github.com/octo/hello/tree/0123456',
    'BASH_ENV=x/https://github.com/octo/hello',
    'https://github.com@evil.example/octo/hello',
    'https://github.com/octo/../evil/hello',
    'https://github.com/octo/hello/../../evil/hello',
    'https://github.com/octo/hello/tree/../../../evil/hello',
    'https://github.com/octo/%2e%2e/evil/hello',
    'https://github.com\\@evil.example/octo/hello',
    'https://github.com/octo/hello?x=y',
    'https://github.com/octo/hello#x',
    'https://github.com/octo/hello/tree/main\n',
    'snapshot/octo-hello-abcdefghijk.x',
    'file:///srv/hello',
  ]) {
    assert.equal(known(url), undefined, url);
  }
});

test('another host with the same path is another repository', () => {
  const one = known('https://github.com/octo/hello')!;
  assert.ok(isSame(one, 'https://github.com/octo/Hello.git'));
  assert.ok(!isSame(one, 'https://evil.example/octo/hello'));
  assert.ok(!isSame(one, 'https://github.com/evil/hello'));
});
