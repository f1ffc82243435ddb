package dev.pavise.runner.wasm.wasi;

import com.dylibso.chicory.runtime.Memory;
import dev.pavise.runner.wasm.files.Errno;
import dev.pavise.runner.wasm.files.Fault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The module's memory as the functions of the host see it. Pointers and lengths come from the module: each range is checked here, as unsigned
 * numbers and before anything is made of that size.
 */
final class Guest {
    static final int LONGEST_PATH = 4096;
    private static final int MOST_VECTORS = 1024;

    private final Memory memory;

    Guest(Memory memory) {
        this.memory = memory;
    }

    /** Fails unless the whole range is in the module's memory. */
    void check(int pointer, long length) {
        long end = (long) memory.pages() * Memory.PAGE_SIZE;
        if (length < 0 || Integer.toUnsignedLong(pointer) + length > end) throw new Fault(Errno.FAULT);
    }

    byte[] bytes(int pointer, int length) {
        check(pointer, Integer.toUnsignedLong(length));
        return memory.readBytes(pointer, length);
    }

    void write(int pointer, byte[] from, int length) {
        check(pointer, length);
        memory.write(pointer, from, 0, length);
    }

    int readInt(int pointer) {
        check(pointer, Integer.BYTES);
        return memory.readInt(pointer);
    }

    long readLong(int pointer) {
        check(pointer, Long.BYTES);
        return memory.readLong(pointer);
    }

    void writeInt(int pointer, int value) {
        check(pointer, Integer.BYTES);
        memory.writeI32(pointer, value);
    }

    void writeLong(int pointer, long value) {
        check(pointer, Long.BYTES);
        memory.writeLong(pointer, value);
    }

    void writeBuffer(int pointer, ByteBuffer from) {
        write(pointer, content(from), from.capacity());
    }

    private static byte[] content(ByteBuffer from) {
        byte[] content = new byte[from.capacity()];
        from.get(0, content);
        return content;
    }

    /** Writes as much of it as there is room for; how much that was. */
    int writeCut(int pointer, ByteBuffer from, long room) {
        int length = (int) Math.min(from.capacity(), room);
        write(pointer, content(from), length);
        return length;
    }

    /** A path: short, and UTF-8 without a fault, so that no two spellings become one name. */
    String path(int pointer, int length) {
        if (Integer.toUnsignedLong(length) > LONGEST_PATH) throw new Fault(Errno.NAMETOOLONG);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(pointer, length)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Fault(Errno.ILSEQ);
        }
    }

    /** The buffers that a call reads into or writes from: all of them checked before the first is touched. */
    Vector[] vectors(int pointer, int count) {
        if (count < 0 || count > MOST_VECTORS) throw new Fault(Errno.INVAL);
        Vector[] vectors = new Vector[count];
        long total = 0;
        for (int i = 0; i < count; i++) {
            int at = pointer + i * 2 * Integer.BYTES;
            vectors[i] = new Vector(readInt(at), readInt(at + Integer.BYTES));
            long length = Integer.toUnsignedLong(vectors[i].length());
            check(vectors[i].pointer(), length);
            total += length;
        }
        if (total > Integer.MAX_VALUE) throw new Fault(Errno.INVAL);
        return vectors;
    }

    /** A range of the module's memory. */
    record Vector(int pointer, int length) {}
}
