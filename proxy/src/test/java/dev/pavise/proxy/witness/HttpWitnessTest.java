package dev.pavise.proxy.witness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.Witness.Answer;
import dev.pavise.auditlog.Witness.Refusal;
import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.Cosignature;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.proxy.config.WitnessConfig;
import dev.pavise.proxy.tls.OutgoingTrust;
import dev.pavise.proxy.tls.TestCa;
import dev.pavise.proxy.tls.TlsMaterial;
import dev.pavise.proxy.witness.WitnessServer.Behaviour;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Asking a witness that may answer anything, or nothing. */
final class HttpWitnessTest {
    @TempDir
    static Path folder;

    private static TestCa ca;
    private final CountDownLatch never = new CountDownLatch(1);
    private WitnessServer server;
    private SigningKey log;
    private String note = "";

    @BeforeAll
    static void makeAuthority() {
        ca = TestCa.create("witnesses");
        ca.writeCert(folder, "ca.pem");
        TestCa.create("others").writeCert(folder, "other.pem");
    }

    @BeforeEach
    void start() throws Exception {
        server = WitnessServer.start(ca);
        log = SigningKey.generate();
        server.knows(log.publicKey());
        note = log.sign(new Checkpoint("pavise/audit", 0, new MerkleTree().root()));
    }

    @AfterEach
    void stop() {
        never.countDown();
        server.close();
    }

    private HttpWitness witness(String url, String trusted, Duration timeout) throws Exception {
        OutgoingTrust trust = switch (OutgoingTrust.load(folder.resolve(trusted), InstantSource.system())) {
            case TlsMaterial.Ready<OutgoingTrust>(OutgoingTrust read, List<String> ignored) -> read;
            case TlsMaterial.Refused<OutgoingTrust> refused ->
                throw new IllegalStateException(refused.problems().toString());
        };
        WitnessConfig config = new WitnessConfig(
                URI.create(url), server.key(), null, Duration.ofSeconds(1), timeout, false, Duration.ofMinutes(5));
        return new HttpWitness(config, trust.context());
    }

    private Answer ask(List<byte[]> proof, long from, Duration timeout) throws Exception {
        try (HttpWitness witness = witness(server.url(), "ca.pem", timeout)) {
            return witness.cosign(from, proof, note);
        }
    }

    private Answer ask() throws Exception {
        return ask(List.of(), 0, Duration.ofSeconds(5));
    }

    @Test
    void sendsWhatTheProtocolSaysAndTakesCosignatures() throws Exception {
        Answer.Cosigned cosigned = assertInstanceOf(Answer.Cosigned.class, ask());
        assertEquals("old 0\n\n" + note, server.requests().getFirst());
        assertEquals(2, cosigned.signatures().size());
        String text = note.substring(0, note.indexOf("\n\n") + 1);
        assertTrue(Cosignature.check(text, cosigned.signatures().get(1), server.key())
                .isPresent());
        Answer.Refused larger =
                assertInstanceOf(Answer.Refused.class, ask(List.of(new byte[32]), 7, Duration.ofSeconds(5)));
        assertEquals(Refusal.BAD_ANSWER, larger.refusal(), "no log is smaller than what was seen of it");
        String asked = server.requests().getLast();
        assertTrue(asked.startsWith("old 7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\npavise/audit\n"), asked);
    }

    static Stream<Arguments> refusals() {
        String size = "Content-Type: text/x.tlog.size\r\n";
        return Stream.of(
                Arguments.of("404 Not Found", "", "", Refusal.UNKNOWN_LOG),
                Arguments.of("403 Forbidden", "", "", Refusal.UNKNOWN_KEY),
                Arguments.of("422 Unprocessable Entity", "", "", Refusal.NOT_EXTENDED),
                Arguments.of("409 Conflict", "", "12\n", Refusal.OTHER_TREE),
                Arguments.of("409 Conflict", "Content-Type: text/html\r\n", "12\n", Refusal.OTHER_TREE),
                Arguments.of("409 Conflict", size, "012\n", Refusal.OTHER_TREE),
                Arguments.of("409 Conflict", size, "-1\n", Refusal.OTHER_TREE),
                Arguments.of("409 Conflict", size, "12", Refusal.OTHER_TREE),
                Arguments.of("409 Conflict", size, "99999999999999999999\n", Refusal.OTHER_TREE),
                Arguments.of("409 Conflict", size, "12\n13\n", Refusal.OTHER_TREE),
                Arguments.of("400 Bad Request", "", "", Refusal.BAD_ANSWER),
                Arguments.of("401 Unauthorized", "WWW-Authenticate: Basic realm=x\r\n", "", Refusal.BAD_ANSWER),
                Arguments.of(
                        "301 Moved", "Location: https://localhost:1/log/add-checkpoint\r\n", "", Refusal.BAD_ANSWER),
                Arguments.of("307 Moved", "Location: /log/other\r\n", "", Refusal.BAD_ANSWER),
                Arguments.of("204 No Content", "", "", Refusal.BAD_ANSWER),
                Arguments.of("200 OK", "", "<html>\n", Refusal.BAD_ANSWER),
                Arguments.of("200 OK", "", "\u2014 w AAAAAAAA", Refusal.BAD_ANSWER),
                Arguments.of("200 OK", "", "\u2014 w AAAAAAAA\n".repeat(65), Refusal.BAD_ANSWER),
                Arguments.of("200 OK", "", "\u2014 w AAAA\u0000AAAA\n", Refusal.BAD_ANSWER),
                Arguments.of("200 OK", "", "\u2014 w\tx AAAAAAAA\n", Refusal.BAD_ANSWER));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void takesForNoCosignature(String status, String fields, String body, Refusal expected) throws Exception {
        server.behave(Behaviour.with(status, fields, body));
        assertEquals(expected, assertInstanceOf(Answer.Refused.class, ask()).refusal());
        assertEquals(1, server.requests().size(), "nothing else is asked");
    }

    @Test
    void takesTheSizeThatTheWitnessRemembers() throws Exception {
        server.behave(Behaviour.with("409 Conflict", "Content-Type: Text/X.TLog.Size; x=y\r\n", "20852014\n"));
        assertEquals(20_852_014, assertInstanceOf(Answer.Remembers.class, ask()).size());
    }

    static Stream<Arguments> none() {
        return Stream.of(
                Arguments.of("busy", Behaviour.with("503 Busy", "Retry-After: 1\r\n", "")),
                Arguments.of("broken", Behaviour.with("500 Oops", "", "x".repeat(100_000))),
                Arguments.of("no HTTP", (Behaviour) (body, out, witness) -> {
                    out.write("hello\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    throw new IOException("enough");
                }),
                Arguments.of("cut off", (Behaviour) (body, out, witness) -> {
                    out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\u2014".getBytes(StandardCharsets.UTF_8));
                    throw new IOException("enough");
                }),
                Arguments.of("huge", Behaviour.with("200 OK", "", "\u2014 w AAAAAAAA\n".repeat(10_000))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("none")
    void takesForNoAnswer(String name, Behaviour behaviour) {
        server.behave(behaviour);
        assertThrows(IOException.class, this::ask, name);
    }

    @Test
    void waitsNoLongerThanItMayForOneThatHangsOrDrips() {
        server.behave((body, out, witness) -> never.await());
        assertThrows(IOException.class, () -> ask(List.of(), 0, Duration.ofMillis(300)));
        server.behave((body, out, witness) -> drip(out));
        IOException late = assertThrows(IOException.class, () -> ask(List.of(), 0, Duration.ofMillis(300)));
        assertTrue(String.valueOf(late.getMessage()).contains("300 ms"), late.getMessage());
    }

    private void drip(OutputStream out) throws Exception {
        out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        while (!never.await(20, java.util.concurrent.TimeUnit.MILLISECONDS)) {
            out.write('x');
            out.flush();
        }
    }

    @Test
    void asksNobodyWhoseCertificateIsNotTrustedOrForAnotherName() throws Exception {
        try (HttpWitness stranger = witness(server.url(), "other.pem", Duration.ofSeconds(5));
                HttpWitness misnamed =
                        witness(server.url().replace("localhost", "127.0.0.1"), "ca.pem", Duration.ofSeconds(5))) {
            assertThrows(IOException.class, () -> stranger.cosign(0, List.of(), note));
            assertThrows(IOException.class, () -> misnamed.cosign(0, List.of(), note));
        }
        assertEquals(List.of(), server.requests());
    }
}
