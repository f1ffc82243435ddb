package dev.pavise.proxy.server;

import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.ClientStream;
import dev.pavise.proxy.http.HeaderName;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.management.Call;
import dev.pavise.proxy.management.LocalAnswer;
import io.netty.buffer.ByteBuf;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway itself does for one request: takes the body in, has the work done off the event loop, and tells it when nobody
 * waits for it any more. Used on the event loop.
 */
final class OwnWork {
    private final Loop loop;
    private final Verdict.Answer verdict;
    private final RequestHead request;
    private final Call.From from;
    private final Consumer<LocalAnswer> done;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final @Nullable LocalBody body; // where it is collected first
    private final @Nullable Upload upload; // where it is read while it comes

    /** @param done is called once, on the event loop */
    OwnWork(
            Loop loop,
            Verdict.Answer verdict,
            RequestHead request,
            Call.From from,
            ClientStream client,
            Consumer<LocalAnswer> done) {
        this.loop = loop;
        this.verdict = verdict;
        this.request = request;
        this.from = from;
        this.done = done;
        boolean streams = verdict.endpoint().takesStream();
        this.body = streams ? null : new LocalBody(verdict.endpoint().bodyLimit());
        this.upload = streams ? new Upload(client, loop.eventLoop()) : null;
        if (upload != null) {
            begin(new byte[0], upload);
        }
    }

    /** Takes and releases a part of the body; false where it is too large. */
    boolean add(ByteBuf part) {
        if (upload != null) {
            upload.add(part);
            return true;
        }
        return body != null && body.add(part);
    }

    /** The body is whole. */
    void onWhole() {
        if (upload != null) {
            upload.end();
        } else if (body != null) {
            begin(body.bytes(), InputStream.nullInputStream());
        }
    }

    private void begin(byte[] whole, InputStream streamed) {
        Call call = new Call(
                verdict.endpoint(),
                request.method(),
                verdict.variable(),
                request.query(),
                whole,
                verdict.permit().principal(),
                from,
                Objects.requireNonNullElse(request.headers().first(HeaderName.ACCEPT), ""),
                streamed,
                gone);
        loop.management().handle(call, answer -> loop.eventLoop().execute(() -> done.accept(answer)));
    }

    /** Nobody waits for the answer any more, or reads it. */
    void abandon() {
        if (upload != null) {
            upload.breakOff();
        }
        var _ = gone.completeAsync(() -> null, loop.management().executor());
    }

    /** Whether the body is still taken in while the work goes on. */
    boolean isTakingIn() {
        return upload != null;
    }

    /** The most of a body that is taken; of one that is read while it comes, the reader says so. */
    long bodyLimit() {
        return upload != null ? Long.MAX_VALUE : verdict.endpoint().bodyLimit();
    }

    /** Whether the time of the work is bounded by what is done, and not by the time of requests. */
    boolean boundsItself() {
        return verdict.endpoint().boundsItself();
    }
}
