package dev.pavise.runner.wasm.files;

/**
 * What the files of one run may take: bytes, counted in whole blocks, and nodes (files, folders, links). Content of granted folders counts like
 * what the module writes, because it lies in the same memory.
 */
public final class Space {
    /** Content is kept, and counted, in blocks of this many bytes. */
    static final int BLOCK = 4096;

    private final long capacity;
    private final int nodeCapacity;
    private long taken;
    private int nodes;
    private long most;

    public Space(long capacity, int nodeCapacity) {
        this.capacity = capacity;
        this.nodeCapacity = nodeCapacity;
    }

    void takeBlocks(long blocks) {
        if (blocks * BLOCK > capacity - taken) throw new Fault(Errno.NOSPC);
        taken += blocks * BLOCK;
        most = Math.max(most, taken);
    }

    void giveBlocks(long blocks) {
        taken -= blocks * BLOCK;
    }

    void takeNode() {
        if (nodes >= nodeCapacity) throw new Fault(Errno.NOSPC);
        nodes++;
    }

    void giveNode() {
        nodes--;
    }

    /** No file can be longer than all there is. */
    long longestFile() {
        return capacity;
    }

    public long taken() {
        return taken;
    }

    /** The most that was taken at one time. */
    public long most() {
        return most;
    }

    public int nodes() {
        return nodes;
    }
}
