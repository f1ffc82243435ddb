package dev.pavise.runner.wasm.wasi;

import dev.pavise.runner.wasm.files.Errno;
import dev.pavise.runner.wasm.files.Fault;
import dev.pavise.runner.wasm.files.Node;

/** Sets the times of a node as {@code fstflags} say. */
final class Times {
    private static final int ACCESSED = 1;
    private static final int ACCESSED_NOW = 2;
    private static final int MODIFIED = 4;
    private static final int MODIFIED_NOW = 8;

    private Times() {}

    static void set(Node node, long accessedNs, long modifiedNs, int flags, long nowNs) {
        node.setTimes(
                chosen(flags, ACCESSED, ACCESSED_NOW, accessedNs, nowNs, node.accessedNs()),
                chosen(flags, MODIFIED, MODIFIED_NOW, modifiedNs, nowNs, node.modifiedNs()));
    }

    private static long chosen(int flags, int given, int now, long givenNs, long nowNs, long oldNs) {
        boolean asGiven = (flags & given) != 0;
        boolean asNow = (flags & now) != 0;
        if (asGiven && asNow) throw new Fault(Errno.INVAL);
        if (asGiven) return givenNs;
        return asNow ? nowNs : oldNs;
    }
}
