package dev.pavise.policy.module;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what WebAssembly modules are made of, from a part of an array, and never beyond it. */
final class ModuleBytes {
    private static final int MOST_LENGTH_BYTES = 5;

    private final byte[] bytes;
    private final int end;
    private int at;

    ModuleBytes(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    /** Not the module that it should be. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String what, int at) {
            super(what + " at byte " + at, null, false, false);
        }
    }

    int position() {
        return at;
    }

    boolean hasMore() {
        return at < end;
    }

    int octet() throws Malformed {
        if (at >= end) {
            throw malformed("the end, too early,");
        }
        return bytes[at++] & 0xff;
    }

    /** An unsigned number of LEB128, which may have zeros before it, as compilers leave room for what they learn later. */
    int number() throws Malformed {
        long value = 0;
        for (int turn = 0; turn < MOST_LENGTH_BYTES; turn++) {
            int octet = octet();
            value |= (long) (octet & 0x7f) << (7 * turn);
            if (octet < 0x80) {
                if (value > Integer.MAX_VALUE) {
                    throw malformed("a number that is too large");
                }
                return (int) value;
            }
        }
        throw malformed("a number that does not end");
    }

    byte[] take(int length) throws Malformed {
        skip(length);
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    /** The next bytes as a thing of their own. */
    ModuleBytes part(int length) throws Malformed {
        skip(length);
        return new ModuleBytes(bytes, at - length, at);
    }

    /** All that is left. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, end);
        at = end;
        return rest;
    }

    String name() throws Malformed {
        int from = at;
        byte[] name = take(number());
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new Malformed("a name that is not UTF-8", from);
        }
    }

    private void skip(int length) throws Malformed {
        if (length > end - at) {
            throw malformed("a length that leads beyond its part");
        }
        at += length;
    }

    void end() throws Malformed {
        if (at < end) {
            throw malformed("something that follows where nothing may");
        }
    }

    Malformed malformed(String what) {
        return new Malformed(what, at);
    }
}
