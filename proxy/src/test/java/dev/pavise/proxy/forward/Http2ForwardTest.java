package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class Http2ForwardTest {
    private final Forwarding forwarding = new Forwarding();
    private @Nullable Http2Origin origin;

    @AfterEach
    void stop() throws Exception {
        forwarding.stop();
        if (origin != null) {
            origin.stop();
        }
    }

    private Upstream upstream(Http2Origin.Script script) throws Exception {
        return upstream(Http2Settings.defaultSettings(), script);
    }

    private Upstream upstream(Http2Settings settings, Http2Origin.Script script) throws Exception {
        Http2Origin started = new Http2Origin(null, settings, script);
        origin = started;
        return forwarding.upstream(UpstreamProtocol.HTTP2, Forwarding.LIMITS, started.port());
    }

    private int accepted() {
        return origin == null ? 0 : origin.accepted();
    }

    @Test
    void carriesManyRequestsOverOneConnection() throws Exception {
        Upstream upstream = upstream((peer, frame) -> {
            if (frame instanceof Http2HeadersFrame head) {
                peer.answer(head.stream(), head.headers().path().toString());
            }
        });
        List<RecordingListener> listeners = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            listeners.add(forwarding.get(upstream, "/" + i));
        }
        for (int i = 0; i < 60; i++) {
            assertEquals("/" + i, listeners.get(i).await().body());
        }
        assertEquals(1, accepted());
        assertEquals(0, upstream.health().getFirst().outstanding());
    }

    @Test
    void sendsHeadBodyAndTrailersAndTellsThoseOfTheAnswer() throws Exception {
        Queue<Http2Headers> heads = new ConcurrentLinkedQueue<>();
        Queue<String> body = new ConcurrentLinkedQueue<>();
        Upstream upstream = upstream((peer, frame) -> {
            if (frame instanceof Http2HeadersFrame head) {
                heads.add(head.headers());
                if (head.isEndStream()) {
                    peer.head(head.stream(), false, ":status", "103", "link", "</a>");
                    peer.head(head.stream(), false, ":status", "200", "content-length", "3");
                    peer.data(head.stream(), "abc", false);
                    peer.head(head.stream(), true, "x-end", "yes");
                }
            } else if (frame instanceof Http2DataFrame data) {
                body.add(Http2Origin.text(data));
            }
        });
        RecordingListener listener = new RecordingListener();
        ForwardRequest request =
                Forwarding.request("POST", "/a?b", RequestHead.UNKNOWN_LENGTH, "x-a", "1", "host", "evil");
        ForwardedStream stream = forwarding.open(upstream, request, listener);
        forwarding.run(() -> {
            stream.data(Forwarding.bytes("hello "), false);
            stream.data(Forwarding.bytes("world"), false);
            HeaderBlock trailers = new HeaderBlock();
            trailers.add("x-sum", "1");
            stream.trailers(trailers);
            stream.flush();
        });
        listener.await();
        assertEquals(List.of(103), listener.informations);
        assertEquals("abc", listener.body());
        assertEquals("x-end: yes\n", listener.trailers);
        assertEquals("hello world", String.join("", body));
        Http2Headers head = heads.remove();
        assertEquals("POST", head.method().toString());
        assertEquals("/a?b", head.path().toString());
        assertEquals("agents.example", head.authority().toString());
        assertEquals("https", head.scheme().toString());
        assertFalse(head.contains("host"));
        assertEquals("1", heads.remove().get("x-sum").toString());
    }

    @Test
    void opensNoMoreStreamsThanTheUpstreamAllows() throws Exception {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Queue<Runnable> answers = new ConcurrentLinkedQueue<>();
        Http2Settings four = new Http2Settings().maxConcurrentStreams(4);
        Http2Origin started = new Http2Origin(null, four, (peer, frame) -> {
            if (frame instanceof Http2HeadersFrame head) {
                most.accumulateAndGet(open.incrementAndGet(), Math::max);
                answers.add(() -> peer.ctx().executor().execute(() -> {
                    open.decrementAndGet();
                    peer.answer(head.stream(), "ok");
                }));
            }
        });
        origin = started;
        UpstreamLimits one =
                new UpstreamLimits(Duration.ofSeconds(10), Duration.ofSeconds(10), 1, 50, 100, 16 * 1024, 50);
        Upstream upstream = forwarding.upstream(UpstreamProtocol.HTTP2, one, started.port());
        List<RecordingListener> listeners = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            listeners.add(forwarding.get(upstream, "/" + i));
        }
        for (int i = 0; i < 20; i++) {
            Forwarding.eventually("a stream is open", () -> !answers.isEmpty());
            answers.remove().run();
        }
        for (RecordingListener listener : listeners) {
            assertEquals("ok", listener.await().body());
        }
        assertTrue(most.get() <= 4, () -> "streams at once: " + most.get());
        assertEquals(1, accepted());
    }

    @Test
    void retriesAStreamThatWasRefused() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Upstream upstream = upstream((peer, frame) -> {
            if (frame instanceof Http2HeadersFrame head) {
                if (asked.incrementAndGet() == 1) {
                    peer.reset(head.stream(), Http2Error.REFUSED_STREAM);
                } else {
                    peer.answer(head.stream(), "second try");
                }
            }
        });
        assertEquals("second try", forwarding.get(upstream, "/").await().body());
        assertEquals(2, asked.get());
        assertEquals(0, upstream.health().getFirst().failures());
    }

    @Test
    void givesUpAfterThreeRefusals() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Upstream upstream = upstream((peer, frame) -> {
            if (frame instanceof Http2HeadersFrame head) {
                asked.incrementAndGet();
                peer.reset(head.stream(), Http2Error.REFUSED_STREAM);
            }
        });
        RecordingListener listener = forwarding.get(upstream, "/").await();
        assertNotNull(listener.failure);
        assertEquals(RefusalCode.UPSTREAM_BUSY, listener.failure.code());
        assertEquals(Attempts.MOST, asked.get());
    }

    @Test
    void doesNotRetryOnceTheBodyHasLeft() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Upstream upstream = upstream((peer, frame) -> {
            if (frame instanceof Http2HeadersFrame) {
                asked.incrementAndGet();
            } else if (frame instanceof Http2DataFrame data) {
                peer.reset(data.stream(), Http2Error.REFUSED_STREAM);
            }
        });
        RecordingListener listener = forwarding.post(upstream, "/", "body").await();
        assertNotNull(listener.failure);
        assertEquals(1, asked.get());
    }

    @Test
    void retriesElsewhereWhatAGoAwayLeftUnprocessed() throws Exception {
        List<Http2FrameStream> first = new ArrayList<>();
        Upstream upstream = upstream((peer, frame) -> {
            if (!(frame instanceof Http2HeadersFrame head)) {
                return;
            }
            if (peer.number() == 2) {
                peer.answer(head.stream(), "on the second connection");
                return;
            }
            first.add(head.stream());
            if (first.size() == 2) {
                peer.goAway(first.getFirst().id()); // the first stream will be processed, the second not
                peer.answer(first.getFirst(), "on the first connection");
            }
        });
        RecordingListener one = forwarding.get(upstream, "/1");
        RecordingListener two = forwarding.get(upstream, "/2");
        assertEquals("on the first connection", one.await().body());
        assertEquals("on the second connection", two.await().body());
        assertEquals(2, accepted());
        assertEquals(0, upstream.health().getFirst().failures());
        Forwarding.eventually(
                "the first is closed", () -> upstream.health().getFirst().connections() == 1);
    }

    @Test
    void tellsAResetAsAFailureAndAnEarlyAnswerAsAnAnswer() throws Exception {
        CompletableFuture<Long> resetSeen = new CompletableFuture<>();
        Upstream upstream = upstream((peer, frame) -> {
            if (frame instanceof Http2HeadersFrame head) {
                if (head.headers().path().toString().equals("/reset")) {
                    peer.head(head.stream(), false, ":status", "200");
                    peer.reset(head.stream(), Http2Error.INTERNAL_ERROR);
                } else {
                    peer.answer(head.stream(), "early");
                }
            } else if (frame instanceof Http2ResetFrame reset) {
                resetSeen.complete(reset.errorCode());
            }
        });
        RecordingListener reset = forwarding.get(upstream, "/reset").await();
        assertNotNull(reset.failure);
        assertEquals(RefusalCode.UPSTREAM_FAILED, reset.failure.code());
        RecordingListener early = new RecordingListener();
        forwarding.open(upstream, Forwarding.request("POST", "/early", 1000), early);
        assertEquals("early", early.await().body());
        assertEquals(Http2Error.CANCEL.code(), resetSeen.get(10, TimeUnit.SECONDS));
        assertEquals(1, accepted());
    }

    @Test
    void tellsAHeadThatIsTooLargeForTheUpstream() throws Exception {
        Upstream upstream = upstream(new Http2Settings().maxHeaderListSize(300), (peer, frame) -> {
            if (frame instanceof Http2HeadersFrame head) {
                peer.answer(head.stream(), "ok");
            }
        });
        assertEquals("ok", forwarding.get(upstream, "/").await().body());
        ForwardRequest large = Forwarding.request("GET", "/", 0, "x-large", "y".repeat(400));
        RecordingListener listener = forwarding.send(upstream, large, null).await();
        assertNotNull(listener.failure);
        assertEquals(RefusalCode.UPSTREAM_FAILED, listener.failure.code());
        assertEquals("ok", forwarding.get(upstream, "/").await().body());
        assertEquals(1, accepted());
        assertEquals(0, upstream.health().getFirst().failures());
    }

    @Test
    void cancelResetsTheStreamAlone() throws Exception {
        CompletableFuture<Long> resetSeen = new CompletableFuture<>();
        Upstream upstream = upstream((peer, frame) -> {
            if (frame instanceof Http2HeadersFrame head) {
                peer.head(head.stream(), false, ":status", "200");
                if (head.headers().path().toString().equals("/good")) {
                    peer.data(head.stream(), "good", true);
                }
            } else if (frame instanceof Http2ResetFrame reset) {
                resetSeen.complete(reset.errorCode());
            }
        });
        RecordingListener listener = new RecordingListener();
        ForwardedStream stream = forwarding.open(upstream, Forwarding.request("GET", "/", 0), listener);
        listener.awaitHead();
        forwarding.run(stream::cancel);
        assertEquals(Http2Error.CANCEL.code(), resetSeen.get(10, TimeUnit.SECONDS));
        assertFalse(listener.ended.isDone());
        assertEquals("good", forwarding.get(upstream, "/good").await().body());
        assertEquals(1, accepted());
    }

    @Test
    void failsAllThatIsUnderWayWhenTheConnectionIsLost() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Upstream upstream = upstream((peer, frame) -> {
            if (frame instanceof Http2HeadersFrame && asked.incrementAndGet() == 5) {
                peer.ctx().close();
            }
        });
        List<RecordingListener> listeners = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            listeners.add(forwarding.get(upstream, "/" + i));
        }
        for (RecordingListener listener : listeners) {
            assertNotNull(listener.await().failure);
        }
        assertEquals(5, asked.get());
        assertEquals(0, upstream.health().getFirst().outstanding());
        Forwarding.eventually(
                "the slot is free", () -> upstream.health().getFirst().connections() == 0);
    }

    @Test
    void closesADeadConnectionOnWhichARequestWasGivenUp() throws Exception {
        try (ScriptedOrigin dead = new ScriptedOrigin(peer -> {
            peer.body("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
            peer.send("\0\0\0\u0004\0\0\0\0\0"); // empty settings, and never a word again
            peer.awaitClose();
        })) {
            UpstreamLimits quick =
                    new UpstreamLimits(Duration.ofMillis(500), Duration.ofSeconds(10), 5, 50, 100, 16 * 1024, 50);
            Upstream upstream = forwarding.upstream(UpstreamProtocol.HTTP2, quick, dead.port());
            RecordingListener givenUp = new RecordingListener();
            ForwardedStream stream = forwarding.open(upstream, Forwarding.request("GET", "/", 0), givenUp);
            RecordingListener other = forwarding.get(upstream, "/other");
            Forwarding.eventually("it is connected", () -> dead.accepted() == 1);
            Forwarding.eventually("it is used", () -> {
                try {
                    return forwarding.onLoop(stream::isCarried);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            forwarding.run(stream::timeOut);
            assertNotNull(other.await().failure);
            assertEquals(2, upstream.health().getFirst().failures());
            Forwarding.eventually(
                    "the slot is free", () -> upstream.health().getFirst().connections() == 0);
        }
    }
}
