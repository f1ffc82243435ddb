package dev.pavise.runner.wasm.wasi;

import dev.pavise.runner.run.Violation;
import dev.pavise.runner.wasm.files.Errno;
import dev.pavise.runner.wasm.files.Fault;
import java.util.function.Consumer;

/** There are no sockets. The functions are there so that modules whose library names them can start; to call one is recorded. */
final class SocketCalls {
    private final Descriptors descriptors;
    private final Consumer<Violation> violations;

    SocketCalls(Descriptors descriptors, Consumer<Violation> violations) {
        this.descriptors = descriptors;
        this.violations = violations;
    }

    void offer(Calls calls) {
        calls.offer("sock_accept", "iii", (_, in) -> refuse(in));
        calls.offer("sock_recv", "iiiiii", (_, in) -> refuse(in));
        calls.offer("sock_send", "iiiii", (_, in) -> refuse(in));
        calls.offer("sock_shutdown", "ii", (_, in) -> refuse(in));
    }

    private void refuse(Calls.Arguments in) {
        violations.accept(Violation.NETWORK);
        descriptors.get(in.number(0));
        throw new Fault(Errno.NOTSOCK);
    }
}
