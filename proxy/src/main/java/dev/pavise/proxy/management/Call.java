package dev.pavise.proxy.management;

import dev.pavise.policy.Principal;
import dev.pavise.proxy.gate.Endpoint;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request for the gateway itself, judged and recorded already.
 *
 * @param variable what stands in the path where the endpoint has a variable, still percent-encoded; else empty
 * @param body whole
 * @param caller who holds the permit for it
 * @param from what leads from what comes of it to the request
 * @param accept what forms of the answer are welcome, or empty
 * @param streamed the body, where the endpoint reads it while it comes in; else empty
 * @param gone is completed where nobody waits for the answer any more
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record Call(
        Endpoint endpoint,
        String method,
        String variable,
        @Nullable String query,
        byte[] body,
        Principal caller,
        From from,
        String accept,
        InputStream streamed,
        CompletableFuture<Void> gone) {

    /** A call that leaves the form of the answer to the gateway. */
    public Call(
            Endpoint endpoint,
            String method,
            String variable,
            @Nullable String query,
            byte[] body,
            Principal caller,
            From from) {
        this(
                endpoint,
                method,
                variable,
                query,
                body,
                caller,
                from,
                "",
                InputStream.nullInputStream(),
                new CompletableFuture<>());
    }

    /** Which request it was, as records write it; without any for what is done without a request. */
    public record From(
            @Nullable String ip,
            @Nullable String sessionId,
            @Nullable String requestId,
            @Nullable String traceId) {
        /** Done here, on the machine itself. */
        public static final From HERE = new From(null, null, null, null);
    }
}
