package dev.pavise.proxy.server;

import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;

/** How long {@link Http1Requests} wait for its client: between requests, for a head, for a body, and for an answer to be taken. */
final class Http1Timer extends Deadlines.Watched {
    private static final long LINGER_NANOS = 2_000_000_000L;

    /** A body must bring this much in each {@code body_timeout}, or it counts as stalled. */
    private static final int LEAST_PROGRESS = 1024;

    /** So many sweeps without a request, and a connection gives up what it needs for one. */
    private static final int QUIET_SWEEPS = 5;

    private static final Refusal HEAD_LATE =
            new Refusal(RefusalCode.REQUEST_TIMEOUT, "the head of the request was not complete in time");

    private static final Refusal BODY_SLOW =
            new Refusal(RefusalCode.REQUEST_TIMEOUT, "the body of the request came too slowly");

    /** What a client is waited for to do. */
    private enum Wait {
        BEGIN,
        HEAD,
        BODY,
        /** To take the answer, or to stop sending. */
        END,
        /** Nothing: the exchange watches the time. */
        NOTHING
    }

    private final Loop loop;
    private final Http1Requests requests;
    private Wait wait = Wait.NOTHING;
    private int quietSweeps;
    private long progress;

    Http1Timer(Loop loop, Http1Requests requests) {
        this.loop = loop;
        this.requests = requests;
    }

    void begin() {
        progress = 0;
        quietSweeps = 0;
        await(Wait.BEGIN, loop.timeouts().idleNanos());
    }

    void head() {
        await(Wait.HEAD, loop.timeouts().headerNanos());
    }

    /** The body counts as moving for as long as this; what has come before does not count. */
    void body() {
        progress = 0;
        await(Wait.BODY, loop.timeouts().bodyNanos());
    }

    /** The rest of the request is still taken, and thrown away. */
    void linger() {
        await(Wait.END, LINGER_NANOS);
    }

    /** Nothing follows the answer; the client has yet to take it. */
    void leave() {
        await(Wait.END, loop.timeouts().idleNanos());
    }

    void nothing() {
        wait = Wait.NOTHING;
        expireAt(NEVER);
    }

    private void await(Wait next, long nanos) {
        wait = next;
        expireAt(loop.deadlines().in(nanos));
    }

    void onBytes(int bytes) {
        progress += bytes;
    }

    @Override
    void onSweep(long nowNanos) {
        if (wait == Wait.BEGIN && ++quietSweeps > QUIET_SWEEPS) {
            requests.onQuiet();
            loop.deadlines().rest(this);
        }
    }

    @Override
    void onDeadline(long nowNanos) {
        switch (wait) {
            case HEAD -> requests.refuse(HEAD_LATE);
            case BODY -> {
                if (progress >= LEAST_PROGRESS || !requests.wantsBody()) {
                    body();
                } else {
                    requests.refuse(BODY_SLOW);
                }
            }
            default -> requests.cut();
        }
    }
}
