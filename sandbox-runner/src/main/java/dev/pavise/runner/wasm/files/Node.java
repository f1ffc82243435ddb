package dev.pavise.runner.wasm.files;

/** Something in the tree of a run. Not safe for two threads: a run has one. */
public abstract sealed class Node permits Folder, Document, Link {
    private final Mount mount;
    private final long inode;
    private long accessedNs;
    private long modifiedNs;
    private long changedNs;

    Node(Mount mount, long inode, long nowNs) {
        this.mount = mount;
        this.inode = inode;
        this.accessedNs = nowNs;
        this.modifiedNs = nowNs;
        this.changedNs = nowNs;
    }

    public final Mount mount() {
        return mount;
    }

    public final long inode() {
        return inode;
    }

    public final long accessedNs() {
        return accessedNs;
    }

    public final long modifiedNs() {
        return modifiedNs;
    }

    public final long changedNs() {
        return changedNs;
    }

    public final void setTimes(long newAccessedNs, long newModifiedNs) {
        mount.requireWritable();
        accessedNs = newAccessedNs;
        modifiedNs = newModifiedNs;
    }

    final void stamp(long nowNs) {
        modifiedNs = nowNs;
        changedNs = nowNs;
    }

    /** In bytes, as {@code stat} tells it. */
    public abstract long size();
}
