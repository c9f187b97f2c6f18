// Preloaded into programs that tests and benches start (NODE_OPTIONS): appends each warning about a file that was left to the
// garbage collector to $PORTWRIGHT_HANDLE_WARNINGS, whose owner fails then. CommonJS, so that any Node loads it.
const {appendFileSync} = require('node:fs');

process.on('warning', ({code, message}) => {
  const path = process.env.PORTWRIGHT_HANDLE_WARNINGS;
  if (path === undefined || (code !== 'DEP0137' && !message.includes('on garbage collection'))) return;
  appendFileSync(path, `${process.argv.slice(1).join(' ') || process.execPath}: ${message}\n`);
});
