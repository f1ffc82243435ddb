package dev.pavise.proxy.server;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Collects the body of a request that the gateway answers itself; bounded. */
final class LocalBody {
    /** What is taken where nothing says more. */
    static final int LIMIT = 64 * 1024;

    private final long limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    LocalBody(long limit) {
        this.limit = limit;
    }

    /** Takes and releases a part; false when the body is too large. */
    boolean add(ByteBuf part) {
        try {
            if (bytes.size() + part.readableBytes() > limit) {
                return false;
            }
            part.readBytes(bytes, part.readableBytes());
            return true;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            part.release();
        }
    }

    /** All of it. */
    byte[] bytes() {
        return bytes.toByteArray();
    }
}
