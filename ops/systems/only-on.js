const list = require('./only-on.json');

/** Tests that this system cannot run, each with the reason. Plain JavaScript, because jest's configuration reads it. */
exports.skippedOn = (platform) =>
  Object.entries(list)
    .filter(([, { systems }]) => !systems.includes(platform))
    .map(([file, { why }]) => ({ file, why }));

/** As patterns for jest; a path of Windows has backslashes. */
exports.patternsOf = (platform) =>
  exports.skippedOn(platform).map(({ file }) => `/${file.replaceAll('.', '\\.')}$`.replaceAll('/', '[/\\\\]'));
