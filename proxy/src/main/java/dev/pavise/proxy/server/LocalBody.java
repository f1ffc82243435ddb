package dev.pavise.proxy.server;

import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.HeaderName;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.management.Call;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Collects the body of a request that the gateway answers itself; bounded. */
final class LocalBody {
    static final int LIMIT = 64 * 1024;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Takes and releases a part; false when the body is too large. */
    boolean add(ByteBuf part) {
        try {
            if (bytes.size() + part.readableBytes() > LIMIT) {
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

    /** What the request asks of the gateway, now that its body is whole. */
    Call asCall(Verdict.Answer judged, RequestHead head, Call.From from) {
        return new Call(
                judged.endpoint(),
                head.method(),
                judged.variable(),
                head.query(),
                bytes.toByteArray(),
                judged.permit().principal(),
                from,
                Objects.requireNonNullElse(head.headers().first(HeaderName.ACCEPT), ""));
    }
}
