package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies larger than anything that is held of them. */
final class BackPressureTest {
    private static final long LARGE = 100L * 1024 * 1024;
    private static final int MIB = 1024 * 1024;

    private final Forwarding forwarding = new Forwarding();

    @AfterEach
    void stop() throws Exception {
        forwarding.stop();
    }

    @Test
    void downloadsALargeBodyOverHttp1() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            sendLarge(peer, new AtomicLong());
            peer.awaitClose();
        })) {
            RecordingListener listener =
                    forwarding.get(forwarding.plain(origin.port()), "/").await();
            assertNull(listener.failure);
            assertEquals(LARGE, listener.received.get());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {LARGE, RequestHead.UNKNOWN_LENGTH})
    void uploadsALargeBodyOverHttp1(long declared) throws Exception {
        AtomicLong zeros = new AtomicLong();
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            boolean chunked = peer.head().contains("chunked");
            String tail = "";
            byte[] part = new byte[256 * 1024];
            while (chunked ? !tail.endsWith("\r\n0\r\n\r\n") : zeros.get() < LARGE) {
                int length = peer.socket().getInputStream().read(part);
                for (int i = 0; i < length; i++) {
                    zeros.addAndGet(part[i] == 0 ? 1 : 0);
                }
                String end =
                        new String(part, Math.max(0, length - 8), Math.min(8, length), StandardCharsets.ISO_8859_1);
                tail = (tail + end).substring(Math.max(0, tail.length() + end.length() - 8));
            }
            peer.answer("ok");
        })) {
            UploadingListener upload = new UploadingListener(LARGE);
            upload.start(forwarding, forwarding.plain(origin.port()), Forwarding.request("POST", "/", declared));
            upload.await();
            assertNull(upload.failure);
            assertEquals("ok", upload.body());
            assertEquals(LARGE, upload.sent.get());
            assertEquals(LARGE, zeros.get());
        }
    }

    @Test
    void holdsLittleOfADownloadWhoseReaderPauses() throws Exception {
        AtomicLong written = new AtomicLong();
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            sendLarge(peer, written);
            peer.awaitClose();
        })) {
            PausingListener listener = new PausingListener();
            ForwardedStream stream = listener.start(forwarding, forwarding.plain(origin.port()));
            listener.awaitHead();
            long stuck = untilItNoLongerGrows(written);
            assertTrue(stuck < LARGE / 2, () -> "the origin could send " + stuck); // the rest is what sockets hold
            assertTrue(listener.received.get() < MIB, () -> "was told " + listener.received.get());
            forwarding.run(stream::resumeReading);
            listener.await();
            assertEquals(LARGE, listener.received.get());
        }
    }

    @Test
    void holdsLittleOfAnUploadThatTheUpstreamDoesNotRead() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.socket().getInputStream().read();
            new Semaphore(0).acquireUninterruptibly();
        })) {
            UploadingListener upload = new UploadingListener(LARGE);
            ForwardedStream stream =
                    upload.start(forwarding, forwarding.plain(origin.port()), Forwarding.request("POST", "/", LARGE));
            Forwarding.eventually("some was sent", () -> upload.sent.get() > 0);
            long stuck = untilItNoLongerGrows(upload.sent);
            assertTrue(stuck < LARGE / 2, () -> "took " + stuck);
            forwarding.run(stream::cancel);
        }
    }

    @Test
    void streamsALargeBodyBothWaysOverHttp2() throws Exception {
        AtomicLong read = new AtomicLong();
        Http2Origin origin = new Http2Origin((peer, frame) -> {
            if (frame instanceof Http2HeadersFrame head) {
                peer.head(head.stream(), false, ":status", "200");
            } else if (frame instanceof Http2DataFrame data) {
                read.addAndGet(data.content().readableBytes());
                peer.consumed(data);
                peer.data(data.stream(), data.content().retain(), data.isEndStream());
            }
        });
        try {
            Upstream upstream = forwarding.upstream(UpstreamProtocol.HTTP2, Forwarding.LIMITS, origin.port());
            UploadingListener upload = new UploadingListener(LARGE);
            upload.start(forwarding, upstream, Forwarding.request("POST", "/", LARGE));
            upload.await();
            assertNull(upload.failure);
            assertEquals(LARGE, read.get());
            assertEquals(LARGE, upload.received.get());
        } finally {
            origin.stop();
        }
    }

    @Test
    void aPausedStreamGetsOneWindowAndDoesNotHoldUpTheOthers() throws Exception {
        int body = 2 * MIB;
        Http2Origin origin = new Http2Origin((peer, frame) -> {
            if (frame instanceof Http2HeadersFrame head) {
                peer.head(head.stream(), false, ":status", "200");
                for (int i = 0; i < 2; i++) {
                    peer.data(head.stream(), Unpooled.wrappedBuffer(new byte[MIB]), i == 1);
                }
            }
        });
        try {
            Upstream upstream = forwarding.upstream(UpstreamProtocol.HTTP2, Forwarding.LIMITS, origin.port());
            PausingListener[] paused = new PausingListener[10];
            ForwardedStream[] streams = new ForwardedStream[10];
            for (int i = 0; i < paused.length; i++) {
                paused[i] = new PausingListener();
                streams[i] = paused[i].start(forwarding, upstream);
            }
            for (PausingListener each : paused) {
                each.awaitHead();
                Forwarding.eventually(
                        "its window came", () -> each.received.get() == Http2UpstreamHandler.STREAM_WINDOW);
            }
            assertEquals(body, forwarding.get(upstream, "/").await().received.get());
            for (int i = 0; i < paused.length; i++) {
                assertEquals(Http2UpstreamHandler.STREAM_WINDOW, paused[i].received.get());
                forwarding.run(streams[i]::resumeReading);
                assertEquals(body, paused[i].await().received.get());
            }
            assertEquals(1, origin.accepted());
        } finally {
            origin.stop();
        }
    }

    private static void sendLarge(ScriptedOrigin.Peer peer, AtomicLong written) throws IOException {
        peer.send("HTTP/1.1 200 OK\r\ncontent-length: " + LARGE + "\r\n\r\n");
        OutputStream out = peer.socket().getOutputStream();
        byte[] part = new byte[64 * 1024];
        while (written.get() < LARGE) {
            out.write(part);
            written.addAndGet(part.length);
        }
    }

    /** Waits until a count stands still for 300 looks, a millisecond apart. */
    private static long untilItNoLongerGrows(AtomicLong count) {
        long[] last = {-1, 0};
        Forwarding.eventually("it stands still", () -> {
            last[1] = count.get() == last[0] ? last[1] + 1 : 0;
            last[0] = count.get();
            return last[1] > 300;
        });
        return last[0];
    }

    /** Pauses when it is told the head. */
    private static final class PausingListener extends RecordingListener {
        private @Nullable ForwardedStream stream;

        ForwardedStream start(Forwarding forwarding, Upstream upstream) throws Exception {
            return forwarding.onLoop(() -> {
                ForwardedStream opened = forwarding.forwarder.open(
                        Forwarding.permit(), forwarding.loop(), upstream, Forwarding.request("GET", "/", 0), this);
                stream = opened;
                opened.flush();
                return opened;
            });
        }

        @Override
        public void onResponse(ResponseHead head, boolean last) {
            super.onResponse(head, last);
            if (stream != null) {
                stream.pauseReading();
            }
        }
    }
}
