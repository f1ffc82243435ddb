package dev.pavise.runner.wasm.files;

/** Which grant a node belongs to. What a module may do to a node is asked of the node's own mount, whatever way led there. */
public final class Mount {
    /** What may be done to the nodes of a mount. */
    public enum Mode {
        /** Read only: a granted folder, or the folders above one. */
        READ_ONLY,
        /** A granted folder that is written back; it takes no new links, since a link of the host would outlive the run. */
        WRITTEN_BACK,
        /** Gone with the run. */
        SCRATCH
    }

    private final Mode mode;
    private final Space space;

    public Mount(Mode mode, Space space) {
        this.mode = mode;
        this.space = space;
    }

    public Mode mode() {
        return mode;
    }

    public Space space() {
        return space;
    }

    void requireWritable() {
        if (mode == Mode.READ_ONLY) throw new Fault(Errno.ROFS);
    }

    void requireLinks() {
        requireWritable();
        if (mode != Mode.SCRATCH) throw new Fault(Errno.PERM);
    }
}
