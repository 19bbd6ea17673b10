// node copy-files.cjs FROM TO FILE…: copies files, named from FROM with `/`, to the same places below TO. The same on every system.
const { copyFileSync, mkdirSync } = require('node:fs');
const { dirname, join } = require('node:path');

const [from, to, ...files] = process.argv.slice(2);
for (const file of files) {
  mkdirSync(dirname(join(to, file)), { recursive: true });
  copyFileSync(join(from, file), join(to, file));
}
