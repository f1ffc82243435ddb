package dev.pavise.auditlog.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-1-3: a hash of texts that strangers choose, under a key that they do not know, so that they cannot make texts that fall
 * together.
 */
final class SipHash {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long first;
    private final long second;

    SipHash(long first, long second) {
        this.first = first;
        this.second = second;
    }

    long of(byte[] text) {
        return of(text, 0, text.length);
    }

    long of(byte[] bytes, int from, int to) {
        long a = first ^ 0x736f6d6570736575L;
        long b = second ^ 0x646f72616e646f6dL;
        long c = first ^ 0x6c7967656e657261L;
        long d = second ^ 0x7465646279746573L;
        int at = from;
        long last = (long) (to - from) << 56;
        int rounds = 1;
        while (rounds > 0) {
            long word;
            if (at + Long.BYTES <= to) {
                word = (long) WORD.get(bytes, at);
                at += Long.BYTES;
            } else {
                word = last | rest(bytes, at, to);
                rounds = 0;
            }
            d ^= word;
            a += b;
            c += d;
            b = Long.rotateLeft(b, 13) ^ a;
            d = Long.rotateLeft(d, 16) ^ c;
            a = Long.rotateLeft(a, 32);
            c += b;
            a += d;
            b = Long.rotateLeft(b, 17) ^ c;
            d = Long.rotateLeft(d, 21) ^ a;
            c = Long.rotateLeft(c, 32);
            a ^= word;
        }
        c ^= 0xff;
        for (int i = 0; i < 3; i++) {
            a += b;
            c += d;
            b = Long.rotateLeft(b, 13) ^ a;
            d = Long.rotateLeft(d, 16) ^ c;
            a = Long.rotateLeft(a, 32);
            c += b;
            a += d;
            b = Long.rotateLeft(b, 17) ^ c;
            d = Long.rotateLeft(d, 21) ^ a;
            c = Long.rotateLeft(c, 32);
        }
        return a ^ b ^ c ^ d;
    }

    private static long rest(byte[] bytes, int from, int to) {
        long word = 0;
        for (int at = to - 1; at >= from; at--) {
            word = (word << 8) | (bytes[at] & 0xff);
        }
        return word;
    }
}
