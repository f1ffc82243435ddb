package dev.pavise.runner.wasm.module;

/** Reads a module's bytes front to back, within a range. What runs over its end is unfit. */
final class Cursor {
    private final byte[] bytes;
    private final int end;
    private int position;

    Cursor(byte[] bytes, int position, int end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    int remaining() {
        return end - position;
    }

    int octet() {
        require(1);
        return bytes[position++] & 0xff;
    }

    /** An unsigned LEB128 number of at most 32 bits (section 5.2.2 of the core specification). */
    long number() {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int octet = octet();
            value |= (long) (octet & 0x7f) << shift;
            if ((octet & 0x80) == 0) {
                if (value > 0xffff_ffffL) break;
                return value;
            }
        }
        throw new Unfit("a number in the module is too long");
    }

    /** A count of things that take a byte each at least: what claims more than there are bytes left is a lie, and is not believed with memory. */
    int count() {
        long count = number();
        if (count > remaining()) throw new Unfit("the module claims more than it holds");
        return (int) count;
    }

    void skip(long length) {
        require(length);
        position += (int) length;
    }

    /** Passes over a LEB128 number of whatever width. */
    void skipNumber() {
        for (int i = 0; i < 10; i++) if ((octet() & 0x80) == 0) return;
        throw new Unfit("a number in the module is too long");
    }

    void skipName() {
        skip(count());
    }

    /** The next bytes as a range of their own, passed over here. */
    Cursor part(long length) {
        require(length);
        Cursor part = new Cursor(bytes, position, position + (int) length);
        position += (int) length;
        return part;
    }

    private void require(long length) {
        if (length > remaining()) throw new Unfit("the module ends too early");
    }
}
