package dev.pavise.runner.wasm.files;

/**
 * What some files of one run may take: bytes, counted in whole blocks, and nodes (files, folders, links). What is taken here is taken from the
 * run's memory too.
 */
public final class Space {
    /** Content is kept, and counted, in blocks of this many bytes. */
    static final int BLOCK = 4096;

    /** What a node costs beside its content: the object, its name, its entry. */
    private static final int NODE = 1024;

    private final MemoryLedger memory;
    private final long capacity;
    private final int nodeCapacity;
    private long taken;
    private int nodes;

    public Space(MemoryLedger memory, long capacity, int nodeCapacity) {
        this.memory = memory;
        this.capacity = capacity;
        this.nodeCapacity = nodeCapacity;
    }

    void takeBlocks(long blocks) {
        long bytes = blocks * BLOCK;
        if (bytes > capacity - taken || !memory.take(bytes)) throw new Fault(Errno.NOSPC);
        taken += bytes;
    }

    void giveBlocks(long blocks) {
        taken -= blocks * BLOCK;
        memory.give(blocks * BLOCK);
    }

    void takeNode() {
        if (nodes >= nodeCapacity || !memory.take(NODE)) throw new Fault(Errno.NOSPC);
        nodes++;
    }

    void giveNode() {
        nodes--;
        memory.give(NODE);
    }

    /** No file can be longer than all there is. */
    long longestFile() {
        return capacity;
    }

    public long taken() {
        return taken;
    }

    public int nodes() {
        return nodes;
    }
}
