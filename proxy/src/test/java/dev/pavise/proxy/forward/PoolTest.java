package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.http.RefusalCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PoolTest {
    private final Forwarding forwarding = new Forwarding();

    @AfterEach
    void stop() throws Exception {
        forwarding.stop();
    }

    private static UpstreamLimits limits(Duration connect, Duration idle, int connections, int waiting) {
        return new UpstreamLimits(connect, idle, connections, waiting, 100, 16 * 1024, 50);
    }

    private Upstream upstream(ScriptedOrigin origin, UpstreamLimits limits) {
        return forwarding.upstream(UpstreamProtocol.AUTO, limits, origin.port());
    }

    private static ScriptedOrigin answeringWhenAllowed(Semaphore allowed) throws Exception {
        return new ScriptedOrigin(peer -> {
            for (String head = peer.head(); !head.isEmpty(); head = peer.head()) {
                allowed.acquireUninterruptibly();
                peer.answer("ok");
            }
        });
    }

    @Test
    void opensNoMoreConnectionsThanAllowedAndLetsTheOthersWait() throws Exception {
        Semaphore allowed = new Semaphore(0);
        try (ScriptedOrigin origin = answeringWhenAllowed(allowed)) {
            Upstream upstream = upstream(origin, limits(Duration.ofSeconds(10), Duration.ofSeconds(10), 3, 50));
            List<RecordingListener> listeners = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                listeners.add(forwarding.get(upstream, "/" + i));
            }
            Forwarding.eventually("connections are open", () -> origin.accepted() == 3);
            allowed.release(20);
            for (RecordingListener listener : listeners) {
                assertEquals(200, listener.await().status);
            }
            assertEquals(3, origin.accepted());
        }
    }

    @Test
    void refusesWhatDoesNotFitIntoTheQueue() throws Exception {
        Semaphore allowed = new Semaphore(0);
        try (ScriptedOrigin origin = answeringWhenAllowed(allowed)) {
            Upstream upstream = upstream(origin, limits(Duration.ofSeconds(10), Duration.ofSeconds(10), 1, 2));
            List<RecordingListener> served = new ArrayList<>();
            served.add(forwarding.get(upstream, "/"));
            Forwarding.eventually("the connection is used", () -> origin.accepted() == 1);
            forwarding.run(() -> {});
            Forwarding.eventually("the connection is open", () -> allowed.hasQueuedThreads());
            served.add(forwarding.get(upstream, "/"));
            served.add(forwarding.get(upstream, "/"));
            RecordingListener refused = forwarding.get(upstream, "/").await();
            assertNotNull(refused.failure);
            assertEquals(RefusalCode.UPSTREAM_BUSY, refused.failure.code());
            allowed.release(10);
            for (RecordingListener listener : served) {
                assertEquals(200, listener.await().status);
            }
            assertEquals(0, upstream.health().getFirst().outstanding());
            assertEquals(0, upstream.health().getFirst().failures());
        }
    }

    @Test
    void givesUpWaitingForAConnectionInTime() throws Exception {
        Semaphore allowed = new Semaphore(0);
        try (ScriptedOrigin origin = answeringWhenAllowed(allowed)) {
            Upstream upstream = upstream(origin, limits(Duration.ofMillis(300), Duration.ofSeconds(10), 1, 10));
            RecordingListener first = forwarding.get(upstream, "/");
            Forwarding.eventually("the connection is open", () -> allowed.hasQueuedThreads());
            RecordingListener second = forwarding.get(upstream, "/").await();
            assertNotNull(second.failure);
            assertEquals(RefusalCode.UPSTREAM_BUSY, second.failure.code());
            allowed.release(2);
            assertEquals(200, first.await().status);
        }
    }

    @Test
    void tellsAnUpstreamThatNeverGetsReadyAsUnreachable() throws Exception {
        try (ScriptedOrigin silent = new ScriptedOrigin(ScriptedOrigin.Peer::awaitClose)) {
            Upstream upstream = forwarding.upstream(
                    UpstreamProtocol.HTTP2,
                    limits(Duration.ofMillis(300), Duration.ofSeconds(10), 5, 10),
                    silent.port());
            RecordingListener listener = forwarding.get(upstream, "/").await();
            assertNotNull(listener.failure);
            assertEquals(RefusalCode.UPSTREAM_UNREACHABLE, listener.failure.code());
            Forwarding.eventually(
                    "the slot is free", () -> upstream.health().getFirst().connections() == 0);
            assertEquals(0, upstream.health().getFirst().outstanding());
        }
    }

    @Test
    void wakesARequestOfAnotherLoopWhenAConnectionIsFree() throws Exception {
        Semaphore allowed = new Semaphore(0);
        try (ScriptedOrigin origin = answeringWhenAllowed(allowed)) {
            Upstream upstream = upstream(origin, limits(Duration.ofSeconds(10), Duration.ofSeconds(10), 1, 10));
            RecordingListener first = forwarding.get(upstream, "/");
            Forwarding.eventually("the connection is open", () -> allowed.hasQueuedThreads());
            RecordingListener second = onOtherLoop(upstream);
            allowed.release(2);
            assertEquals(200, first.await().status);
            assertEquals(200, second.await().status);
        }
    }

    @Test
    void takesTheSlotOfAnIdleConnectionOfAnotherLoop() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.echoingTargets()) {
            Upstream upstream = upstream(origin, limits(Duration.ofSeconds(10), Duration.ofSeconds(60), 1, 10));
            for (int i = 0; i < 5; i++) {
                assertEquals(200, forwarding.get(upstream, "/").await().status);
                assertEquals(200, onOtherLoop(upstream).await().status);
            }
        }
    }

    private RecordingListener onOtherLoop(Upstream upstream) throws Exception {
        RecordingListener listener = new RecordingListener();
        var loop = forwarding.otherLoop();
        loop.submit(() -> forwarding
                        .forwarder
                        .open(Forwarding.permit(), loop, upstream, Forwarding.request("GET", "/other", 0), listener)
                        .flush())
                .get();
        return listener;
    }

    @Test
    void closesAConnectionThatIsIdleForTooLong() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.answer("ok");
            peer.awaitClose();
            closed.countDown();
        })) {
            Upstream upstream = upstream(origin, limits(Duration.ofSeconds(10), Duration.ofMillis(100), 5, 10));
            assertEquals(200, forwarding.get(upstream, "/").await().status);
            closed.await();
            Forwarding.eventually(
                    "the slot is free", () -> upstream.health().getFirst().connections() == 0);
        }
    }

    @Test
    void closingLetsWhatIsUnderWayFinishAndEndsWhatIsIdle() throws Exception {
        Semaphore allowed = new Semaphore(1);
        try (ScriptedOrigin origin = answeringWhenAllowed(allowed)) {
            Upstream upstream = forwarding.plain(origin.port());
            RecordingListener idle = forwarding.get(upstream, "/idle").await();
            assertEquals(200, idle.status);
            RecordingListener one = forwarding.get(upstream, "/one");
            RecordingListener two = forwarding.get(upstream, "/two");
            Forwarding.eventually("both are under way", () -> allowed.getQueueLength() == 2);
            upstream.close();
            allowed.release(2);
            assertEquals(200, one.await().status);
            assertEquals(200, two.await().status);
            Forwarding.eventually(
                    "all are closed", () -> upstream.health().getFirst().connections() == 0);
        }
    }

    @Test
    void forgetsARequestThatIsCancelledWhileItWaits() throws Exception {
        Semaphore allowed = new Semaphore(0);
        try (ScriptedOrigin origin = answeringWhenAllowed(allowed)) {
            Upstream upstream = upstream(origin, limits(Duration.ofSeconds(10), Duration.ofSeconds(10), 1, 1));
            RecordingListener first = forwarding.get(upstream, "/");
            Forwarding.eventually("the connection is open", () -> allowed.hasQueuedThreads());
            RecordingListener cancelled = new RecordingListener();
            ForwardedStream stream = forwarding.open(upstream, Forwarding.request("POST", "/", 3), cancelled);
            forwarding.run(() -> {
                assertFalse(stream.isWritable());
                stream.data(Forwarding.bytes("abc"), true);
                stream.cancel();
            });
            RecordingListener third = forwarding.get(upstream, "/"); // finds the one place free
            allowed.release(5);
            assertNull(first.await().failure);
            assertNull(third.await().failure);
            assertFalse(cancelled.ended.isDone());
            assertTrue(origin.accepted() <= 1);
        }
    }
}
