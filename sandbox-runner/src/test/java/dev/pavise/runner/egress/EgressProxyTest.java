package dev.pavise.runner.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Connection;
import dev.pavise.runner.run.Connection.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy with real sockets on both sides. What is recorded is looked at after the proxy is closed, when nothing more can come. */
@Timeout(30)
final class EgressProxyTest {
    private static final String WELCOME = "HTTP/1.1 200 Connection established\r\n\r\n";
    private static final EgressLimits LIMITS =
            new EgressLimits(4, 8, 1 << 20, Duration.ofSeconds(10), Duration.ofSeconds(20));

    private final List<Connection> connections = Collections.synchronizedList(new ArrayList<>());
    private Path folder;
    private Path socket;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("egress");
        socket = folder.resolve("proxy");
    }

    @AfterEach
    void removeFolder() throws IOException {
        Files.deleteIfExists(socket);
        Files.delete(folder);
    }

    private EgressProxy open(EgressLimits limits, Resolver resolver, String... hosts) throws IOException {
        return EgressProxy.open(
                socket, Destinations.of(List.of(hosts), resolver), limits, connections::add, System::nanoTime);
    }

    private EgressProxy open(String... hosts) throws IOException {
        return open(LIMITS, EgressProxyTest::nobody, hosts);
    }

    private static List<InetAddress> nobody(String name, Duration within) throws UnknownHostException {
        throw new UnknownHostException(name);
    }

    private static List<InetAddress> loopback(String name, Duration within) {
        return List.of(InetAddress.ofLiteral("127.0.0.1"));
    }

    private Connection only() {
        assertEquals(1, connections.size(), connections::toString);
        return connections.getFirst();
    }

    @Test
    void connectsToHostOfTheManifest() throws IOException {
        try (TestHost host = TestHost.echo()) {
            try (EgressProxy proxy = open(host.place());
                    Visitor visitor = Visitor.connect(socket, host.place())) {
                assertEquals(WELCOME, visitor.head());
                visitor.say("hello");
                assertEquals("hello", visitor.hear("hello"));
                visitor.sayNoMore();
                assertEquals("", visitor.rest());
            }
            Connection seen = only();
            assertEquals("127.0.0.1", seen.host());
            assertEquals(host.port(), seen.port());
            assertEquals("127.0.0.1", seen.address());
            assertEquals(5, seen.sentBytes());
            assertEquals(5, seen.receivedBytes());
            assertEquals(Outcome.CLOSED, seen.outcome());
            assertFalse(seen.isViolation());
        }
    }

    @Test
    void handsOnWhatCameWithTheRequest() throws IOException {
        try (TestHost host = TestHost.echo();
                EgressProxy proxy = open(host.place());
                Visitor visitor = new Visitor(socket)) {
            visitor.say("CONNECT " + host.place() + " HTTP/1.0\r\n\r\nearly");
            assertEquals(WELCOME + "early", visitor.hear("early"));
        }
    }

    /** Each end may go on after the other has said all. */
    @Test
    void closesHalves() throws IOException {
        try (TestHost host = TestHost.counting();
                EgressProxy proxy = open(host.place());
                Visitor visitor = Visitor.connect(socket, host.place())) {
            assertEquals(WELCOME, visitor.head());
            visitor.say("x".repeat(100_000));
            visitor.sayNoMore();
            assertEquals("heard 100000", visitor.rest());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:%d", "other.example:%d", "169.254.169.254:80", "allowed.example:1", "[::1]:%d"})
    void reachesNothingElse(String target) throws IOException {
        try (TestHost host = TestHost.echo()) {
            String place = target.formatted(host.port());
            try (EgressProxy proxy = open(LIMITS, EgressProxyTest::loopback, "allowed.example:" + host.port());
                    Visitor visitor = Visitor.connect(socket, place)) {
                String answer = visitor.rest();
                assertTrue(
                        answer.startsWith("HTTP/1.1 403 ") && answer.contains("is not in the tool's manifest"), answer);
            }
            assertEquals(0, host.accepted());
            assertEquals(Outcome.REFUSED, only().outcome());
            assertTrue(only().isViolation());
        }
    }

    @Test
    void reachesNoNeighbourByName() throws IOException {
        try (TestHost host = TestHost.echo()) {
            try (EgressProxy proxy = open(LIMITS, EgressProxyTest::loopback, "allowed.example:" + host.port());
                    Visitor visitor = Visitor.connect(socket, "allowed.example:" + host.port())) {
                String answer = visitor.rest();
                assertTrue(answer.contains("error=destination_ip_prohibited"), answer);
                assertFalse(answer.contains("127.0.0.1"), answer);
            }
            assertEquals(0, host.accepted());
            assertEquals("127.0.0.1", only().address());
            assertTrue(only().isViolation());
        }
    }

    /** The name says another address the second time, as one does that was made to. What counts is the look-up that was judged. */
    @Test
    void connectsToWhatItLookedAt() throws IOException {
        Deque<String> answers = new ArrayDeque<>(List.of("127.0.0.1", "127.0.0.2"));
        AtomicInteger asked = new AtomicInteger();
        Resolver turning = (name, within) -> {
            asked.incrementAndGet();
            return List.of(InetAddress.ofLiteral(answers.removeFirst()));
        };
        try (TestHost host = TestHost.echo()) {
            String place = "turning.example:" + host.port();
            try (EgressProxy proxy = open(LIMITS, turning, place, host.place())) {
                try (Visitor first = Visitor.connect(socket, place)) {
                    assertEquals(WELCOME, first.head());
                }
                assertEquals(1, asked.get());
                try (Visitor second = Visitor.connect(socket, place)) {
                    assertTrue(second.rest().startsWith("HTTP/1.1 403 "));
                }
            }
            assertEquals(2, asked.get());
            assertEquals(1, host.accepted());
        }
    }

    @Test
    void triesTheNextAddress() throws IOException {
        Resolver two =
                (name, within) -> List.of(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.1"));
        try (TestHost host = TestHost.echo()) {
            String place = "two.example:" + host.port();
            try (EgressProxy proxy = open(LIMITS, two, place, host.place(), "127.0.0.2:" + host.port());
                    Visitor visitor = Visitor.connect(socket, place)) {
                assertEquals(WELCOME, visitor.head());
            }
            assertEquals("127.0.0.1", only().address());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET http://%s/ HTTP/1.1\r\nHost: %s\r\n\r\n",
                "CONNECT %s HTTP/1.1\r\nHost: other.example\r\n\r\n",
                "CONNECT %s HTTP/1.1\nHost: %s\n\n",
                "CONNECT %s HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n",
                "\u0016\u0003\u0001\u0002"
            })
    void readsNothingInTwoWays(String request) throws IOException {
        try (TestHost host = TestHost.echo()) {
            try (EgressProxy proxy = open(host.place());
                    Visitor visitor = new Visitor(socket)) {
                visitor.say(request.replace("%s", host.place()));
                String answer = visitor.rest();
                assertTrue(answer.startsWith("HTTP/1.1 40"), answer);
            }
            assertEquals(0, host.accepted());
            assertEquals(Outcome.REFUSED, only().outcome());
        }
    }

    @Test
    void saysWhatCannotBeReached() throws IOException {
        int closed;
        try (TestHost host = TestHost.echo()) {
            closed = host.port();
        }
        try (EgressProxy proxy = open("127.0.0.1:" + closed, "gone.example:443")) {
            try (Visitor visitor = Visitor.connect(socket, "127.0.0.1:" + closed)) {
                assertTrue(visitor.rest().contains("error=connection_refused"));
            }
            try (Visitor visitor = Visitor.connect(socket, "gone.example:443")) {
                assertTrue(visitor.rest().contains("error=dns_error"));
            }
        }
        assertEquals(
                List.of(Outcome.FAILED, Outcome.FAILED),
                connections.stream().map(Connection::outcome).toList());
        assertFalse(connections.stream().anyMatch(Connection::isViolation));
    }

    @Test
    void givesUpSlowRequests() throws IOException {
        EgressLimits brief = new EgressLimits(1, 8, 1, Duration.ofMillis(100), Duration.ofSeconds(20));
        try (EgressProxy proxy = open(brief, EgressProxyTest::nobody)) {
            try (Visitor visitor = new Visitor(socket)) {
                visitor.say("CONNECT a.exam");
                assertEquals("", visitor.rest());
            }
            try (Visitor next = Visitor.connect(socket, "a.example:1")) {
                assertTrue(next.rest().startsWith("HTTP/1.1 403 "));
            }
        }
        assertEquals(Outcome.FAILED, connections.getFirst().outcome());
    }

    @Test
    void givesUpWhenNothingComesOrGoes() throws IOException {
        EgressLimits brief = new EgressLimits(4, 8, 1 << 20, Duration.ofSeconds(10), Duration.ofMillis(100));
        try (TestHost host = TestHost.echo()) {
            try (EgressProxy proxy = open(brief, EgressProxyTest::nobody, host.place());
                    Visitor visitor = Visitor.connect(socket, host.place())) {
                assertEquals(WELCOME, visitor.rest());
            }
            assertEquals(Outcome.IDLE, only().outcome());
        }
    }

    @Test
    void passesNoMoreBytesThanItMay() throws IOException {
        EgressLimits small = new EgressLimits(4, 8, 100_000, Duration.ofSeconds(10), Duration.ofSeconds(20));
        try (TestHost host = TestHost.talking()) {
            int heard;
            try (EgressProxy proxy = open(small, EgressProxyTest::nobody, host.place());
                    Visitor visitor = Visitor.connect(socket, host.place())) {
                heard = visitor.rest().length() - WELCOME.length();
            }
            assertTrue(heard <= 100_000, () -> "heard " + heard);
            assertEquals(Outcome.LIMIT, only().outcome());
            assertTrue(only().isViolation());
        }
    }

    @Test
    void keepsFurtherConnectionsWaiting() throws IOException {
        EgressLimits one = new EgressLimits(1, 8, 1 << 20, Duration.ofSeconds(10), Duration.ofSeconds(20));
        try (TestHost host = TestHost.echo();
                EgressProxy proxy = open(one, EgressProxyTest::nobody, host.place());
                Visitor first = Visitor.connect(socket, host.place())) {
            assertEquals(WELCOME, first.head());
            try (Visitor second = Visitor.connect(socket, host.place())) {
                second.channel().configureBlocking(false);
                assertEquals(0, second.channel().read(ByteBuffer.allocate(1)));
                assertEquals(1, host.accepted());
                second.channel().configureBlocking(true);
                first.close();
                assertEquals(WELCOME, second.head());
            }
        }
    }

    @Test
    void letsNoMoreInThanItMayInAll() throws IOException {
        EgressLimits two = new EgressLimits(2, 2, 1 << 20, Duration.ofSeconds(10), Duration.ofSeconds(20));
        try (EgressProxy proxy = open(two, EgressProxyTest::nobody)) {
            for (int count = 0; count < 2; count++) {
                try (Visitor visitor = Visitor.connect(socket, "a.example:1")) {
                    assertTrue(visitor.rest().startsWith("HTTP/1.1 403 "));
                }
            }
            try (Visitor third = new Visitor(socket)) {
                assertEquals("", third.rest());
            }
            assertThrows(IOException.class, () -> new Visitor(socket).rest());
        }
        assertEquals(3, connections.size());
        assertTrue(connections.stream().anyMatch(one -> one.reason().contains("2 connections")), connections::toString);
    }

    @Test
    void endsAllWithTheRun() throws IOException, InterruptedException {
        try (TestHost host = TestHost.echo()) {
            EgressProxy proxy = open(host.place());
            try (Visitor visitor = Visitor.connect(socket, host.place())) {
                assertEquals(WELCOME, visitor.head());
                proxy.close();
                assertEquals(Outcome.ENDED, only().outcome());
                assertEquals("", visitor.rest());
                host.awaitEnd();
                assertThrows(IOException.class, () -> new Visitor(socket));
            }
        }
    }

    @Test
    void endsLookUpsWithTheRun() throws IOException, InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        Resolver hanging = (name, within) -> {
            asked.countDown();
            new CountDownLatch(1).await();
            return List.of();
        };
        EgressProxy proxy = open(LIMITS, hanging, "slow.example:443");
        try (Visitor visitor = Visitor.connect(socket, "slow.example:443")) {
            asked.await();
            proxy.close();
            assertEquals(Outcome.ENDED, only().outcome());
        }
    }

    /** Whoever asks for nothing did nothing. */
    @Test
    void recordsNoSilence() throws IOException {
        try (EgressProxy proxy = open()) {
            new Visitor(socket).close();
            try (Visitor visitor = Visitor.connect(socket, "a.example:1")) {
                assertTrue(visitor.rest().startsWith("HTTP/1.1 403 "));
            }
        }
        assertEquals("a.example", only().host());
    }
}
