package dev.pavise.runner.wasm;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import dev.pavise.runner.wasm.files.MemoryLedger;

/**
 * The linear memory of one run: the library's, whose growth is asked of the {@link MemoryLedger} first. All else is handed on; it is the only
 * implementation in the process, so that the JVM binds the calls.
 */
final class CountedMemory implements Memory {
    private final ByteArrayMemory pages;
    private final MemoryLedger ledger;
    private final int declaredMaximum;

    /** The initial pages are taken by whoever makes it, who can still refuse the run. */
    CountedMemory(MemoryLimits declared, MemoryLedger ledger) {
        this.declaredMaximum = declared.maximumPages();
        this.ledger = ledger;
        // The library makes a table of so many pages at once: no more than the run can ever have.
        int reachable = (int) Math.min(declaredMaximum, ledger.limit() / PAGE_SIZE);
        this.pages = new ByteArrayMemory(new MemoryLimits(declared.initialPages(), reachable));
    }

    /** Minus one, as the instruction has it, beyond the module's own maximum or the run's limit. */
    @Override
    public int grow(int more) {
        if (more < 0 || more > declaredMaximum - pages.pages()) return -1;
        if (!ledger.take((long) more * PAGE_SIZE)) return -1;
        return pages.grow(more);
    }

    @Override
    public int pages() {
        return pages.pages();
    }

    @Override
    public int initialPages() {
        return pages.initialPages();
    }

    @Override
    public int maximumPages() {
        return pages.maximumPages();
    }

    @Override
    public boolean shared() {
        return pages.shared();
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments) {
        pages.initialize(instance, dataSegments);
    }

    @Override
    public void initPassiveSegment(int segmentId, int dest, int offset, int size) {
        pages.initPassiveSegment(segmentId, dest, offset, size);
    }

    @Override
    public void write(int addr, byte[] data, int offset, int size) {
        pages.write(addr, data, offset, size);
    }

    @Override
    public byte read(int addr) {
        return pages.read(addr);
    }

    @Override
    public byte[] readBytes(int addr, int len) {
        return pages.readBytes(addr, len);
    }

    @Override
    public void writeI32(int addr, int data) {
        pages.writeI32(addr, data);
    }

    @Override
    public int readInt(int addr) {
        return pages.readInt(addr);
    }

    @Override
    public void writeLong(int addr, long data) {
        pages.writeLong(addr, data);
    }

    @Override
    public long readLong(int addr) {
        return pages.readLong(addr);
    }

    @Override
    public void writeShort(int addr, short data) {
        pages.writeShort(addr, data);
    }

    @Override
    public short readShort(int addr) {
        return pages.readShort(addr);
    }

    @Override
    public long readU16(int addr) {
        return pages.readU16(addr);
    }

    @Override
    public void writeByte(int addr, byte data) {
        pages.writeByte(addr, data);
    }

    @Override
    public void writeF32(int addr, float data) {
        pages.writeF32(addr, data);
    }

    @Override
    public long readF32(int addr) {
        return pages.readF32(addr);
    }

    @Override
    public float readFloat(int addr) {
        return pages.readFloat(addr);
    }

    @Override
    public void writeF64(int addr, double data) {
        pages.writeF64(addr, data);
    }

    @Override
    public double readDouble(int addr) {
        return pages.readDouble(addr);
    }

    @Override
    public long readF64(int addr) {
        return pages.readF64(addr);
    }

    @Override
    public void zero() {
        pages.zero();
    }

    @Override
    public void fill(byte value, int fromIndex, int toIndex) {
        pages.fill(value, fromIndex, toIndex);
    }

    @Override
    public void drop(int segment) {
        pages.drop(segment);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments, int memoryIndex) {
        pages.initialize(instance, dataSegments, memoryIndex);
    }

    @Override
    public void copy(int dest, int src, int size) {
        pages.copy(dest, src, size);
    }

    // Memory that is shared between threads is refused before there is a run. The library still wants these, and means
    // to remove them.
    @Override
    @SuppressWarnings("removal")
    public Object lock(int address) {
        throw notShared();
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int address, int expected, long timeout) {
        throw notShared();
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int address, long expected, long timeout) {
        throw notShared();
    }

    @Override
    @SuppressWarnings("removal")
    public int notify(int address, int maxThreads) {
        throw notShared();
    }

    private static UnsupportedOperationException notShared() {
        return new UnsupportedOperationException("memory is not shared");
    }
}
