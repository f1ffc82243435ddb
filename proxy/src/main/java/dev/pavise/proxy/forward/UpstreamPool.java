package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.Flushes;
import dev.pavise.proxy.http.RefusalCode;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one endpoint that live on one event loop, and the requests that wait for one. Used on that loop alone, so it has no
 * locks; only the number of connections is shared with the endpoint's other pools, through its {@link ConnectionSlots}.
 *
 * <p>Idle HTTP/1.1 connections are used last in, first out, so that those too many grow old and are closed. An HTTP/2 connection takes
 * requests up to its limit of streams before another is opened.
 */
final class UpstreamPool {
    private final EventLoop loop;
    private final Endpoint endpoint;
    private final Dial dial;
    private final UpstreamContext context;
    private final Connector connector;
    private final Flushes flushes;
    private final Deque<Http1UpstreamConnection> idle = new ArrayDeque<>();
    private final List<Http2UpstreamConnection> shared = new ArrayList<>();
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private int connecting;
    private int requestsPerConnection;
    private boolean wantsSlot;
    private boolean sweeping;
    private boolean watching;

    private record Waiter(ForwardedStream stream, long untilNanos) {}

    UpstreamPool(EventLoop loop, Endpoint endpoint, Dial dial, UpstreamContext context, Connector connector) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.dial = dial;
        this.context = context;
        this.connector = connector;
        this.flushes = new Flushes(loop);
        this.requestsPerConnection = dial == Dial.HTTP2 ? context.limits().streams() : 1;
    }

    EventLoop loop() {
        return loop;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Dial dial() {
        return dial;
    }

    /** The flushes of these connections. */
    Flushes flushes() {
        return flushes;
    }

    UpstreamContext context() {
        return context;
    }

    /** Has the stream carried by a connection, at once where one is free; else it waits, or its attempt fails. */
    void acquire(ForwardedStream stream) {
        if (waiting.isEmpty() && carry(stream)) {
            return;
        }
        long until = System.nanoTime() + context.limits().connectTimeout().toNanos();
        waiting.addLast(new Waiter(stream, until));
        watchWaiting();
        connectAsNeeded();
        if (waiting.size() - connecting * requestsPerConnection
                > context.limits().waiting()) {
            refuse(stream, "all connections are in use and enough requests wait for one");
        }
    }

    /** The stream has no more use for a connection. */
    void withdraw(ForwardedStream stream) {
        Waiter waiter = waiterOf(stream);
        if (waiter != null) {
            waiting.remove(waiter);
        }
    }

    // What connections tell.

    void connected(Http1UpstreamConnection connection) {
        connecting--;
        requestsPerConnection = 1;
        free(connection);
        connectAsNeeded();
    }

    void connected(Http2UpstreamConnection connection) {
        connecting--;
        shared.add(connection);
        requestsPerConnection = Math.max(1, connection.room());
        room();
        connectAsNeeded();
        sweepLater();
    }

    /** Those who waited for this connection go elsewhere; for the others another is tried. */
    void connectFailed(String why) {
        connecting--;
        UpstreamFailure failure = context.failure(RefusalCode.UPSTREAM_UNREACHABLE, endpoint, why);
        for (int i = Math.min(waiting.size(), requestsPerConnection); i > 0 && !waiting.isEmpty(); i--) {
            next().attemptFailed(failure, Fault.UNREACHABLE);
        }
        connectAsNeeded();
    }

    /** An HTTP/1.1 connection is ready for a request. */
    void free(Http1UpstreamConnection connection) {
        if (!waiting.isEmpty()) {
            connection.carry(next());
        } else if (context.isClosed() || endpoint.slots().isWanted()) {
            connection.close();
        } else {
            idle.addFirst(connection);
            sweepLater();
        }
    }

    /** An HTTP/2 connection may have room for more streams. */
    void room() {
        while (!waiting.isEmpty()) {
            Http2UpstreamConnection connection = withRoom();
            if (connection == null) {
                return;
            }
            connection.carry(next());
        }
        if (context.isClosed() || endpoint.slots().isWanted()) {
            retireUnused();
        }
    }

    void closed(Http1UpstreamConnection connection) {
        idle.remove(connection);
    }

    void closed(Http2UpstreamConnection connection) {
        shared.remove(connection);
        connectAsNeeded();
    }

    /** Ends what is idle; may be called by any thread. */
    void closeIdle() {
        onLoop(() -> {
            List.copyOf(idle).forEach(Http1UpstreamConnection::close);
            retireUnused();
        });
    }

    private boolean carry(ForwardedStream stream) {
        Http2UpstreamConnection roomy = withRoom();
        if (roomy != null) {
            roomy.carry(stream);
            return true;
        }
        for (Http1UpstreamConnection kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            if (kept.isFresh()) {
                kept.carry(stream);
                return true;
            }
            kept.close();
        }
        return false;
    }

    private @Nullable Http2UpstreamConnection withRoom() {
        for (int i = 0; i < shared.size(); i++) {
            if (shared.get(i).room() > 0) {
                return shared.get(i);
            }
        }
        return null;
    }

    private void connectAsNeeded() {
        while (connecting * requestsPerConnection < waiting.size()) {
            if (!endpoint.slots().tryTake()) {
                wantSlot();
                return;
            }
            connecting++;
            connector.connect(this);
        }
    }

    private void wantSlot() {
        if (!wantsSlot) {
            wantsSlot = true;
            endpoint.slots().want(() -> onLoop(this::slotMayBeFree));
            endpoint.yieldIdle(this);
        }
    }

    private void slotMayBeFree() {
        wantsSlot = false;
        if (connecting * requestsPerConnection < waiting.size()) {
            connectAsNeeded();
        } else {
            endpoint.slots().wakeNext();
        }
    }

    /** Gives up one idle connection to a pool of this endpoint that has none; may be called by any thread. */
    void yieldIdle() {
        onLoop(() -> {
            Http1UpstreamConnection oldest = idle.pollLast();
            if (oldest != null) {
                oldest.close();
            } else {
                retireUnused();
            }
        });
    }

    /** All wait equally long, so that one timer for the first of them is enough. */
    private void watchWaiting() {
        Waiter first = waiting.peekFirst();
        if (first != null && !watching) {
            watching = true;
            long left = Math.max(0, first.untilNanos() - System.nanoTime());
            loop.schedule(this::expireWaiting, left, TimeUnit.NANOSECONDS);
        }
    }

    private void expireWaiting() {
        watching = false;
        long now = System.nanoTime();
        for (Waiter first = waiting.peekFirst();
                first != null && first.untilNanos() - now <= 0;
                first = waiting.peekFirst()) {
            expire(first.stream());
        }
        watchWaiting();
    }

    private void expire(ForwardedStream stream) {
        if (wantsSlot) {
            refuse(stream, "all connections are in use, and none became free in time");
        } else {
            withdraw(stream);
            stream.attemptFailed(
                    context.failure(RefusalCode.UPSTREAM_UNREACHABLE, endpoint, "no connection could be made in time"),
                    Fault.UNREACHABLE);
        }
    }

    private void refuse(ForwardedStream stream, String why) {
        withdraw(stream);
        stream.attemptFailed(context.failure(RefusalCode.UPSTREAM_BUSY, endpoint, why), Fault.BUSY);
    }

    private ForwardedStream next() {
        return waiting.removeFirst().stream();
    }

    private @Nullable Waiter waiterOf(ForwardedStream stream) {
        for (Waiter waiter : waiting) {
            if (waiter.stream() == stream) {
                return waiter;
            }
        }
        return null;
    }

    private void sweepLater() {
        if (!sweeping) {
            sweeping = true;
            long pause = Math.clamp(context.limits().idleTimeout().toMillis() / 2, 10, 1000);
            loop.schedule(this::sweep, pause, TimeUnit.MILLISECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        for (Http1UpstreamConnection connection : List.copyOf(idle)) {
            if (!connection.isFresh()) {
                connection.close();
            }
        }
        for (Http2UpstreamConnection connection : List.copyOf(shared)) {
            if (connection.isUnused() && !connection.isFresh()) {
                connection.retire();
            }
        }
        if (!idle.isEmpty() || !shared.isEmpty()) {
            sweepLater();
        }
    }

    private void retireUnused() {
        for (Http2UpstreamConnection connection : List.copyOf(shared)) {
            if (connection.isUnused()) {
                connection.retire();
            }
        }
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            endpoint.slots()
                    .wakeNext(); // the loop has ended, and its connections with it: let the next one have what it asked
            // for
        }
    }
}
