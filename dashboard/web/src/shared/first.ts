// Runs before the page is drawn, so that a chosen theme does not flash. Everything else waits for main.tsx.
const chosen = localStorage.getItem('berth.theme');
if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
