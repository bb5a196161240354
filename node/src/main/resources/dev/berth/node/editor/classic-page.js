// Makes the scripts of the editor's page classic ones instead of modules.
//
// Chromium keeps what it compiled of a page's scripts, but meets modules with the compiler again in each new process
// (seen with 1 to 19 MB of script, Chromium 156), and a workspace that is started is always met by a new process.
//
// usage: node classic-page.js WORKBENCH      the folder of workbench.html and workbench.js
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const folder = process.argv[2];
const script = path.join(folder, 'workbench.js');
const page = path.join(folder, 'workbench.html');

function fail(words) {
  console.error(`berth: failed: the editor's page is not what was tested: ${words}.`);
  process.exit(1);
}

/** The module's text as that of a classic script: its names stay its own, and nobody imports what it exports. */
function classic(module) {
  const at = module.lastIndexOf(';export{');
  const end = /^;export\{[^{}]*\};?(\s*(?:\/\*[^]*\*\/\s*)?)$/.exec(module.slice(at));
  if (at < 0 || !end) fail('workbench.js does not end with its exports');
  const body = module.slice(0, at);
  if (/(^|[;}\n])(import|export)[ {*"']/.test(body)) fail('workbench.js imports or exports more');
  const own = body.replaceAll('import.meta.url', 'berthScript');
  return `(function(){"use strict";const berthScript=document.currentScript.src;${own}\n})();${end[1]}`;
}

const made = classic(fs.readFileSync(script, 'utf8'));
try {
  new vm.Script(made);
} catch (error) {
  fail(`workbench.js is no classic script: ${error.message}`);
}
fs.writeFileSync(script, made);

const modules = '<script type="module" src=';
const parts = fs.readFileSync(page, 'utf8').split(modules);
if (parts.length !== 4) fail(`workbench.html has ${parts.length - 1} modules instead of three`);
// "defer": one after the other when the page is there, as modules are.
fs.writeFileSync(page, parts.join('<script defer src='));
