package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

/** Random and mutated bytes over TLS: no 500, no connection that sticks, no bug, and the gateway serves afterwards. */
final class RandomInputTest {
    private static final int ROUNDS = 120;

    @TempDir
    static Path folder;

    private static RawOrigin origin;
    private static Stronghold gateway;

    @BeforeAll
    static void start() throws Exception {
        origin = new RawOrigin();
        gateway = Stronghold.before(folder, origin, """
                limits: {header_timeout: 2s, body_timeout: 2s, idle_timeout: 3s, request_timeout: 3s}
                """);
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        origin.close();
    }

    @AfterEach
    void isSound() throws IOException {
        gateway.assertSound();
    }

    private static RandomGenerator random(RepetitionInfo repetition) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(20261121L + repetition.getCurrentRepetition());
    }

    private static final String[] SEEDS = {
        Stronghold.head("GET", "/agents/1?a=b") + "accept: */*\r\ncookie: a=b; c=d\r\n\r\n",
        Stronghold.head("POST", "/agents/1") + "content-length: 5\r\n\r\nhello",
        Stronghold.head("POST", "/agents/1") + "transfer-encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nt: u\r\n\r\n",
        Stronghold.head("PUT", "/agents/%7e1") + "expect: 100-continue\r\ncontent-length: 5\r\n\r\nhello",
        Stronghold.head("GET", "/agents/ws")
                + "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
                + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        Stronghold.head("POST", "/v1/audit/query") + "content-length: 2\r\n\r\n{}",
        "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n",
    };

    @RepeatedTest(2)
    void withstandsMutatedRequests(RepetitionInfo repetition) throws IOException {
        RandomGenerator random = random(repetition);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = (SEEDS[random.nextInt(SEEDS.length)] + SEEDS[random.nextInt(SEEDS.length)])
                    .getBytes(StandardCharsets.ISO_8859_1);
            byte[] sent = mutated(bytes, random, 1 + random.nextInt(4));
            try (RawClient client = gateway.client()) {
                client.send(sent).finish();
                assertNoBug(client.rest(), sent);
            } catch (IOException closed) {
                // Closed while it was being sent.
            }
        }
    }

    @RepeatedTest(1)
    void withstandsNoise(RepetitionInfo repetition) throws IOException {
        RandomGenerator random = random(repetition);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] noise = new byte[1 + random.nextInt(3000)];
            random.nextBytes(noise);
            try (RawClient client = gateway.client()) {
                client.send(noise).finish();
                assertNoBug(client.rest(), noise);
            } catch (IOException closed) {
                // Closed while it was being sent.
            }
        }
    }

    @RepeatedTest(1)
    void withstandsNoiseForTls(RepetitionInfo repetition) throws IOException {
        RandomGenerator random = random(repetition);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] noise = new byte[1 + random.nextInt(600)];
            random.nextBytes(noise);
            if (random.nextBoolean()) {
                System.arraycopy(new byte[] {0x16, 3, 1, 0}, 0, noise, 0, Math.min(4, noise.length));
            }
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
                socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
                socket.getOutputStream().write(noise);
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (IOException closed) {
                // Closed while it was being sent.
            }
        }
    }

    @RepeatedTest(2)
    void withstandsMutatedFrames(RepetitionInfo repetition) throws IOException {
        RandomGenerator random = random(repetition);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] frames = new byte[0];
            for (int stream = 1; stream < 9; stream += 2) {
                frames = FrameClient.join(frames, frame(random, stream));
            }
            byte[] sent = random.nextInt(4) == 0 ? frames : mutated(frames, random, 1 + random.nextInt(3));
            try (FrameClient client = gateway.frames()) {
                if (client.trySend(sent)) {
                    client.socket().shutdownOutput();
                }
                for (FrameClient.Frame frame = client.next(); frame != null; frame = client.next()) {
                    assertFalse(frame.status() == 500, () -> new String(sent, StandardCharsets.ISO_8859_1));
                }
            }
        }
    }

    private static byte[] frame(RandomGenerator random, int stream) {
        return switch (random.nextInt(8)) {
            case 0 -> FrameClient.headers(stream, true, FrameClient.request("GET", "/agents/1"));
            case 1 ->
                FrameClient.join(
                        FrameClient.headers(stream, false, FrameClient.request("POST", "/agents/1")),
                        FrameClient.data(stream, random.nextBoolean(), "hello"));
            case 2 -> FrameClient.reset(random.nextInt(10));
            case 3 -> FrameClient.window(random.nextInt(10), random.nextInt());
            case 4 -> FrameClient.settings(random.nextInt(10), random.nextInt());
            case 5 -> FrameClient.frame(FrameClient.PING, random.nextInt(2), 0, new byte[8]);
            case 6 -> {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                yield FrameClient.frame(random.nextInt(12), random.nextInt(256), random.nextInt(12), noise);
            }
            default ->
                FrameClient.headers(
                        stream,
                        false,
                        FrameClient.request(
                                "CONNECT", "/agents/ws", ":protocol", "websocket", "sec-websocket-version", "13"));
        };
    }

    private static byte[] mutated(byte[] bytes, RandomGenerator random, int times) {
        byte[] changed = bytes.clone();
        for (int i = 0; i < times; i++) {
            int at = random.nextInt(changed.length);
            changed = switch (random.nextInt(5)) {
                case 0 -> {
                    changed[at] = (byte) random.nextInt(256);
                    yield changed;
                }
                case 1 -> {
                    changed[at] ^= (byte) (1 << random.nextInt(8));
                    yield changed;
                }
                case 2 -> spliced(changed, at, Math.min(changed.length, at + 1 + random.nextInt(8)), new byte[0]);
                case 3 -> {
                    String[] borders = {
                        "\r\n", "\n", "\r", "\0", " ", ":", "\r\n\r\n", "0\r\n\r\n", ";", "%", "/../", "\t"
                    };
                    yield spliced(
                            changed,
                            at,
                            at,
                            borders[random.nextInt(borders.length)].getBytes(StandardCharsets.US_ASCII));
                }
                default -> {
                    int to = Math.min(changed.length, at + random.nextInt(40));
                    yield spliced(changed, at, at, java.util.Arrays.copyOfRange(changed, at, to));
                }
            };
            if (changed.length == 0) {
                return new byte[1];
            }
        }
        return changed;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
        return FrameClient.join(
                java.util.Arrays.copyOfRange(bytes, 0, from),
                between,
                java.util.Arrays.copyOfRange(bytes, to, bytes.length));
    }

    private static void assertNoBug(String answers, byte[] sent) {
        assertFalse(
                answers.contains("HTTP/1.1 500 ") || answers.contains("\"internal\""),
                () -> new String(sent, StandardCharsets.ISO_8859_1) + "\n-> " + answers);
    }
}
