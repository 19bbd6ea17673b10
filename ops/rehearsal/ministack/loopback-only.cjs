'use strict';
// Loaded first into every Node process of a rehearsal, the CDK CLI and the Lambda functions: they speak to this machine, or to nobody.
const net = require('node:net');

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|\[::1\]|localhost)$/;
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...given) {
  // Node's own callers hand over one array of options and callback.
  const [first, second] = Array.isArray(given[0]) ? given[0] : given;
  const { host, path } = typeof first === 'object' && first !== null ? first : { host: second };
  if (typeof host === 'string' && !path && !LOOPBACK.test(host)) {
    const error = Object.assign(new Error(`a rehearsal speaks to loopback only, not to ${host}`), {
      code: 'ELOOPBACKONLY',
    });
    process.nextTick(() => this.destroy(error));
    return this;
  }
  return connect.apply(this, given);
};
