package dev.pavise.proxy.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.Secret;
import dev.pavise.proxy.config.HostPort;
import dev.pavise.proxy.tls.ClientContext;
import dev.pavise.proxy.tls.TestCa;
import dev.pavise.proxy.tls.TlsMaterial;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client against servers that are no gateways, or ill. */
final class GatewayClientTest {
    private static final char[] NO_PASSWORD = {};

    @TempDir
    Path folder;

    private final TestCa ca = TestCa.create("corp");
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private volatile String answer = "";
    private ServerSocket server;
    private Thread serving;

    @BeforeEach
    void listen() throws Exception {
        ca.writeCert(folder, "ca.crt");
        TestCa.Issued own = ca.server("localhost", "127.0.0.1");
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("own", own.key(), NO_PASSWORD, own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server = context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        serving = Thread.ofVirtual().start(this::serve);
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                asked.add(request(socket.getInputStream()));
                if (answer.equals("silence")) {
                    socket.getInputStream().readAllBytes();
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (IOException gone) {
                // The next one may stay.
            }
        }
    }

    private static String request(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            text.append((char) next);
        }
        return text.toString();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private GatewayClient client(String host, Duration silence) {
        SSLContext context = switch (ClientContext.load(folder.resolve("ca.crt"), null, InstantSource.system())) {
            case TlsMaterial.Ready<SSLContext> ready -> ready.value();
            case TlsMaterial.Refused<SSLContext> refused ->
                throw new AssertionError(refused.problems().toString());
        };
        Target target = Target.of("https://" + host + ":" + server.getLocalPort())
                .at(new HostPort("127.0.0.1", server.getLocalPort()));
        return new GatewayClient(target, context, Secret.of("a-token"), silence);
    }

    private Reply ask() {
        return client("localhost", Duration.ofSeconds(20)).send("GET", "/v1/auth/keys?state=all", new byte[0]);
    }

    @ParameterizedTest
    @CsvSource({
        "'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody'",
        "'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbody'"
    })
    void readsAnAnswerHoweverItEnds(String text) throws Exception {
        answer = text;
        Reply.Answered answered = assertInstanceOf(Reply.Answered.class, ask());
        assertEquals(200, answered.status());
        assertArrayEquals("body".getBytes(StandardCharsets.US_ASCII), answered.body());
        String request = Objects.requireNonNull(asked.poll(20, TimeUnit.SECONDS));
        assertTrue(request.startsWith("GET /v1/auth/keys?state=all HTTP/1.1\r\nhost: localhost:"), request);
        assertTrue(request.contains("\r\nauthorization: Bearer a-token\r\n"), request);
    }

    @ParameterizedTest
    @CsvSource({
        "'', broke off|does not answer",
        "'nonsense\r\n\r\n', does not answer",
        "'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody', broke off|does not answer",
        "'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody', does not answer",
        "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', does not answer",
        "'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', does not answer"
    })
    void saysThatAnAnswerIsNone(String text, String told) {
        answer = text;
        Reply.Broken broken = assertInstanceOf(Reply.Broken.class, ask());
        assertTrue(broken.message().matches(".*(" + told + ").*"), broken.message());
    }

    @Test
    void takesNoMoreThanItCanHold() {
        answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + "x".repeat(33 << 20);
        Reply.Broken broken = assertInstanceOf(Reply.Broken.class, ask());
        assertTrue(broken.message().contains("more than"), broken.message());
    }

    @Test
    void waitsNoLongerThanItSays() {
        answer = "silence";
        Reply reply = client("localhost", Duration.ofMillis(300)).send("GET", "/v1/auth/keys", new byte[0]);
        Reply.Broken broken = assertInstanceOf(Reply.Broken.class, reply);
        assertTrue(broken.message().contains("did not answer"), broken.message());
    }

    @Test
    void sendsNothingUnderANameThatIsNotProven() throws Exception {
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        Reply reply = client("agents.example.com", Duration.ofSeconds(20)).send("GET", "/v1/auth/keys", new byte[0]);
        Reply.Broken broken = assertInstanceOf(Reply.Broken.class, reply);
        assertTrue(broken.message().contains("nothing was sent"), broken.message());
        assertInstanceOf(Reply.Answered.class, ask());
        assertTrue(asked.stream().filter(each -> !each.isEmpty()).count() == 1, asked::toString);
    }

    @Test
    void tellsThatNobodyListens() throws Exception {
        server.close();
        assertTrue(serving.join(Duration.ofSeconds(20)), "whoever is about to accept still would");
        Reply.Unreached unreached = assertInstanceOf(Reply.Unreached.class, ask());
        assertTrue(unreached.message().contains("cannot be reached"), unreached.message());
    }
}
