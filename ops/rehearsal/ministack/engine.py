"""MiniStack, with what our templates need and it lacks, on loopback alone.

Started by ops/rehearsal/engine.ts, which sets BIND_HOST and GATEWAY_PORT. It ends, with every Lambda it runs, when its stdin
does, so that nothing is left behind by a parent that dies.
"""

import os
import signal
import sys
import threading

import differences
import faked_airflow
import faked_emr
import faked_identity
import faked_kafka
import faked_monitoring
import faked_network
import patience
from ministack.services import ssm

LOOPBACK = ("127.0.0.1", "::1", "localhost")
AMI_PARAMETERS = "/aws/service/ami-amazon-linux-latest/"


def refuse_other_hosts(event, arguments):
    """Audit hook: this process speaks to this machine, or to nobody."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and address[0] not in LOOPBACK:
        raise PermissionError(f"a rehearsal speaks to loopback only, not to {address[0]}:{address[1]}")


def end_with_stdin():
    """Waits until the parent closes our stdin, or dies, and takes the whole process group down, if it is our own."""
    while sys.stdin.buffer.read(4096):
        pass
    if os.getpgid(0) == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def answer_image_parameters():
    """AWS publishes Amazon Linux's image ids under many names; MiniStack knows two of them."""
    known = ssm._public_parameter
    stub = next(iter(ssm._PUBLIC_AMI_PARAMETERS.values()))

    def public_parameter(name):
        if name and name.startswith(AMI_PARAMETERS) and name not in ssm._PUBLIC_AMI_PARAMETERS:
            ssm._PUBLIC_AMI_PARAMETERS[name] = stub
        return known(name)

    ssm._public_parameter = public_parameter


def answer_to(token):
    """Lets the parent tell this engine from another one that has taken the port meanwhile."""
    engine = ministack.app.app

    async def app(scope, receive, send):
        if scope["type"] == "http" and scope["path"] == f"/_rehearsal/{token}":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await engine(scope, receive, send)

    ministack.app.app = app


if __name__ == "__main__":
    sys.addaudithook(refuse_other_hosts)
    threading.Thread(target=end_with_stdin, daemon=True).start()
    answer_image_parameters()
    patience.bound_custom_resources(float(os.environ["REHEARSAL_PATIENCE_SECONDS"]))
    patience.answer_when_done()
    for part in (faked_network, faked_kafka, faked_airflow, faked_emr, faked_identity, faked_monitoring):
        part.register()
    differences.register()
    import ministack.app

    answer_to(os.environ["REHEARSAL_TOKEN"])
    sys.argv = ["ministack"]
    ministack.app.main()
