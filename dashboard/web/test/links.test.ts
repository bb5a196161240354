import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWorkspaceAddress, outside, portUrl, webUrl } from '../src/shared/links.ts';

const HERE = { protocol: 'http:', host: 'octo-hello-abcdefghijk.ws.berth.localhost:8433' };

test('only addresses of the web become links', () => {
  assert.equal(webUrl('https://example.org/a'), 'https://example.org/a');
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'https://me:secret@example.org/', '', 'x'.repeat(5000)]) {
    assert.equal(webUrl(bad), undefined, bad);
  }
});

test('localhost in a terminal is the port of the workspace', () => {
  assert.equal(portUrl(3000, HERE), 'http://3000-octo-hello-abcdefghijk.ws.berth.localhost:8433/');
  const root = 'http://3000-octo-hello-abcdefghijk.ws.berth.localhost:8433/';
  assert.equal(outside('http://localhost:3000', HERE), root);
  assert.equal(outside('http://127.0.0.1:3000/a?b#c', HERE), root + 'a?b#c');
  assert.equal(outside('http://0.0.0.0:3000/', HERE), root);
  assert.equal(outside('http://[::]:3000/', HERE), root);
  assert.equal(outside('https://example.org/localhost', HERE), 'https://example.org/localhost');
  assert.equal(outside('javascript:alert(1)', HERE), undefined);
});

test('a workspace and its ports are told from everybody else', () => {
  const pattern = 'http://{id}.ws.berth.localhost:8433';
  assert.equal(isWorkspaceAddress('http://octo-hello-abcdefghijk.ws.berth.localhost:8433/', pattern), true);
  assert.equal(isWorkspaceAddress('http://3000-octo-hello-abcdefghijk.ws.berth.localhost:8433/x', pattern), true);
  assert.equal(isWorkspaceAddress('http://berth.localhost:8433/', pattern), false);
  assert.equal(isWorkspaceAddress('https://github.com/', pattern), false);
  assert.equal(isWorkspaceAddress('', pattern), false);
  assert.equal(isWorkspaceAddress('http://a.ws.berth.localhost:8433/', ''), false);
});
