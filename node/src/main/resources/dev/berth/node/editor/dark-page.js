// Lets the editor's page be dark where the visitor's desktop is, as long as he has chosen no theme himself.
//
// VS Code's own window.autoDetectColorScheme would pass over the theme that he has chosen; a default does not.
//
// usage: node dark-page.js WORKBENCH      the folder of workbench.html and workbench.js
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const folder = process.argv[2];
const page = path.join(folder, 'workbench.html');

function fail(words) {
  console.error(`berth: failed: the editor's page is not what was tested: ${words}.`);
  process.exit(1);
}

const script = fs.readFileSync(path.join(folder, 'workbench.js'), 'utf8');
const theme = /\bCOLOR_THEME_DARK="([A-Za-z0-9 +]+)"/.exec(script);
if (!theme) fail('workbench.js names no dark theme');
if (!script.includes('.options?.configurationDefaults')) fail('workbench.js takes no defaults from its page');

const inline = `
	<script nonce="{{WORKBENCH_SCRIPT_NONCE}}">
		if (matchMedia('(prefers-color-scheme: dark)').matches) {
			const told = document.getElementById('vscode-workbench-web-configuration');
			const options = JSON.parse(told.getAttribute('data-settings'));
			options.configurationDefaults = { ...options.configurationDefaults, 'workbench.colorTheme': '${theme[1]}' };
			options.initialColorTheme ??= { themeType: 'dark' };
			told.setAttribute('data-settings', JSON.stringify(options));
		}
	</script>
`;
const parts = fs.readFileSync(page, 'utf8').split('\n\t</head>');
if (parts.length !== 2 || !parts[0].includes('id="vscode-workbench-web-configuration"')) {
  fail('workbench.html has its configuration elsewhere');
}
fs.writeFileSync(page, `${parts[0]}${inline}\n\t</head>${parts[1]}`);
