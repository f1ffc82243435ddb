package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Bodies larger than what may be held, in both directions, and readers that do not read. */
final class StreamingTest {
    /** The paranoid leak detector makes HTTP/2 dear, so the longest run is over HTTP/1.1. */
    private static final long LONG = 256L << 20;

    private static final long USUAL = 40L << 20;
    private static final int PART = 64 * 1024;

    /** What a stream may hold on its way, on all sides together; the sockets' own buffers come on top. */
    private static final long HELD = 4L << 20;

    /** What the kernel holds for two sockets on loopback, at most. */
    private static final long SOCKETS = 16L << 20;

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private long size = USUAL;
    private TestGateway gateway;

    private void start(String yaml) throws Exception {
        gateway = TestGateway.start(folder, yaml + "limits: {body: 1GiB}\n");
        opened.addFirst(gateway);
    }

    /** Counts what is uploaded, and answers a GET with as many bytes. */
    private RawOrigin http1() throws Exception {
        RawOrigin origin = RawOrigin.playing(wire -> {
            for (String head = wire.head(); !head.isEmpty(); head = wire.head()) {
                if (head.startsWith("GET")) {
                    sendAll(wire);
                } else {
                    received.addAndGet(wire.skip(size));
                    RawOrigin.respond(wire, "took " + received.get());
                }
            }
        });
        opened.add(origin);
        return origin;
    }

    private void sendAll(Wire wire) throws IOException {
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
        byte[] part = new byte[PART];
        for (long left = size; left > 0; left -= PART) {
            wire.send(part, PART);
            sent.addAndGet(PART);
        }
    }

    private Http2Origin http2() throws Exception {
        Http2Origin origin = new Http2Origin(null, Http2End::counting, (head, stream) -> {
            if (head.last()) {
                stream.respond(200, false);
                byte[] part = new byte[PART];
                for (long left = size; left > 0; left -= PART) {
                    stream.send(part, left == PART);
                    sent.addAndGet(PART);
                }
            } else {
                stream.howItEnded();
                received.set(stream.counted());
                stream.respond(200, false).send("took " + received.get(), true);
            }
        });
        opened.add(origin);
        return origin;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void streamsDownAndUpBetweenHttp1AndHttp1() throws Exception {
        size = LONG;
        start(Yaml.oneRoute(http1().port(), ""));
        long before = used();
        try (Wire wire = Wire.to(gateway)) {
            assertTrue(wire.request("GET", "/agents/down").head().startsWith("HTTP/1.1 200"));
            assertEquals(size, wire.skip(size));
            upload(wire);
        }
        assertHeld(before);
        assertEnded("/agents/down", "response_bytes");
    }

    @Test
    void streamsDownAndUpBetweenHttp1AndHttp2() throws Exception {
        start(Yaml.http2(http2().port(), ""));
        long before = used();
        try (Wire wire = Wire.to(gateway)) {
            wire.request("GET", "/agents/down", "Connection: close\r\n");
            assertTrue(wire.head().startsWith("HTTP/1.1 200"));
            assertTrue(wire.skip(Long.MAX_VALUE) > size, "all of it, and the chunks around it");
        }
        try (Wire wire = Wire.to(gateway)) {
            upload(wire);
        }
        assertHeld(before);
        assertEnded("/agents/down", "response_bytes");
    }

    private void upload(Wire wire) throws IOException {
        wire.request("POST", "/agents/up", "Content-Length: " + size + "\r\n");
        byte[] part = new byte[PART];
        for (long left = size; left > 0; left -= PART) {
            wire.send(part, PART);
        }
        assertEquals("took " + size, wire.answer().text());
    }

    @Test
    void streamsDownAndUpBetweenHttp2AndHttp1() throws Exception {
        start(Yaml.oneRoute(http1().port(), ""));
        streamOverHttp2();
    }

    @Test
    void streamsDownAndUpBetweenHttp2AndHttp2() throws Exception {
        start(Yaml.http2(http2().port(), ""));
        streamOverHttp2();
    }

    private void streamOverHttp2() throws Exception {
        long before = used();
        try (Http2Client client = Http2Client.to(gateway)) {
            Http2End down = client.open(Http2End.counting(), Http2Client.head("GET", "/agents/down"), true);
            assertEquals("complete", down.howItEnded());
            assertEquals(size, down.counted());
            Http2End up =
                    client.open(Http2Client.head("POST", "/agents/up", "content-length", Long.toString(size)), false);
            byte[] part = new byte[PART];
            for (long left = size; left > 0; left -= PART) {
                up.send(part, left == PART);
            }
            assertEquals("took " + size, up.message().body());
        }
        assertHeld(before);
        assertEnded("/agents/down", "response_bytes");
    }

    private void assertEnded(String path, String field) throws Exception {
        JsonNode end = Trail.of(gateway).end(path);
        assertEquals("complete", Trail.metadata(end, "ended"));
        assertEquals(size, Trail.number(end, field));
    }

    /** A reader that stops holds the sender back: what was sent and not read stays within what may be held. */
    @Test
    void holdsAnUpstreamBackWhileAnHttp1ClientDoesNotRead() throws Exception {
        start(Yaml.oneRoute(http1().port(), ""));
        try (Wire wire = Wire.to(gateway)) {
            wire.request("GET", "/agents/down").head();
            assertStandsStill(sent);
            assertEquals(size, wire.skip(size));
        }
    }

    @Test
    void holdsAnUpstreamBackWhileAnHttp2ClientDoesNotRead() throws Exception {
        start(Yaml.http2(http2().port(), ""));
        try (Http2Client client = Http2Client.to(gateway)) {
            Http2End slow = Http2End.counting();
            client.open(slow, Http2Client.head("GET", "/agents/down"), true);
            slow.head();
            slow.reading(false);
            assertStandsStill(sent);
            Http2End beside = client.request("GET", "/health");
            assertEquals(200, beside.message().status(), "other streams go on");
            slow.reading(true);
            assertEquals("complete", slow.howItEnded());
            assertEquals(size, slow.counted());
        }
    }

    @Test
    void holdsAnHttp1ClientBackWhileTheUpstreamDoesNotRead() throws Exception {
        holdBack(false);
    }

    @Test
    void holdsAnHttp2ClientBackWhileTheUpstreamDoesNotRead() throws Exception {
        holdBack(true);
    }

    private void holdBack(boolean http2) throws Exception {
        CountDownLatch readOn = new CountDownLatch(1);
        RawOrigin origin = RawOrigin.playing(wire -> {
            wire.head();
            readOn.await();
            RawOrigin.respond(wire, "took " + wire.skip(size));
        });
        opened.add(origin);
        start(Yaml.oneRoute(origin.port(), ""));
        if (http2) {
            try (Http2Client client = Http2Client.to(gateway)) {
                Http2End up = client.open(Http2Client.head("POST", "/agents/up", "content-length", "" + size), false);
                Thread sender = Thread.ofVirtual().start(() -> sendUp(left -> up.send(new byte[PART], left == PART)));
                assertStandsStill(sent);
                readOn.countDown();
                assertEquals("took " + size, up.message().body());
                sender.join();
            }
        } else {
            try (Wire wire = Wire.to(gateway)) {
                wire.request("POST", "/agents/up", "Content-Length: " + size + "\r\n");
                Thread sender = Thread.ofVirtual().start(() -> sendUp(left -> wire.send(new byte[PART], PART)));
                assertStandsStill(sent);
                readOn.countDown();
                assertEquals("took " + size, wire.answer().text());
                sender.join();
            }
        }
    }

    @FunctionalInterface
    private interface Part {
        void send(long left) throws Exception;
    }

    private void sendUp(Part part) {
        try {
            for (long left = size; left > 0; left -= PART) {
                part.send(left);
                sent.addAndGet(PART);
            }
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Waits until nothing more is sent for a while, which must be long before all is. */
    private static void assertStandsStill(AtomicLong sent) throws Exception {
        long[] last = {-1, 0};
        Eventually.holds("the sender is held back", () -> {
            long now = sent.get();
            if (now != last[0] || now == 0) {
                last[0] = now;
                last[1] = System.nanoTime();
            }
            return now > 0 && System.nanoTime() - last[1] > 500_000_000L;
        });
        assertTrue(last[0] < HELD + SOCKETS, last[0] + " bytes were taken from a sender whose reader does not read");
    }

    private static void assertHeld(long before) {
        long grown = used() - before;
        assertTrue(grown < HELD + (32L << 20), "memory in use grew by " + grown + " bytes");
    }

    /** Heap after a collection, and memory outside of it that buffers use. */
    private static long used() {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return heap
                + ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                        .metric()
                        .usedDirectMemory();
    }
}
