// Stands in for @vscode/native-watchdog, whose compiled part would make a compiler a need of every machine.
// A thread of its own looks at the parent, so that an extension that never yields ends with it too.
'use strict';
const {Worker} = require('worker_threads');

const WATCH = `
const {workerData} = require('worker_threads');
setInterval(() => {
  try {
    process.kill(workerData, 0);
  } catch (e) {
    // The extension host looks too, each second, and ends in good order; this is for one that cannot.
    if (e.code === 'ESRCH') setTimeout(() => process.kill(process.pid, 'SIGKILL'), 6000);
  }
}, 1000);
`;
let started = false;

exports.start = pid => {
  if (!Number.isInteger(pid)) throw new Error('The parent is no process number.');
  if (started) throw new Error('One process only can be watched.');
  started = true;
  new Worker(WATCH, {eval: true, workerData: pid, stdin: false}).unref();
};
exports.exit = code => process.reallyExit(code || 0);
