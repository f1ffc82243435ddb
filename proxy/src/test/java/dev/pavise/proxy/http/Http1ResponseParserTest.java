package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class Http1ResponseParserTest {
    private static final String MALFORMED = "upstream_malformed";

    /** An upstream that answers a GET, and keeps the connection open. */
    private static Arguments row(String raw, String outcome) {
        return row("GET", raw, outcome);
    }

    private static Arguments row(String methods, String raw, String outcome) {
        return Arguments.of(methods + " " + raw.replace("\r", "<CR>").replace("\n", "<LF>"), methods, raw, outcome);
    }

    private static Arguments head(String fields, String outcome) {
        return row("HTTP/1.1 200 OK\r\n" + fields + "\r\n", outcome);
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                head("content-length: 0\r\n", "200 length=0 {content-length=0}\nMESSAGE_END reusable"),
                row(
                        "HTTP/1.1 299\r\ncontent-length: 0\r\n\r\n",
                        "299 length=0 {content-length=0}\nMESSAGE_END reusable"),
                row(
                        "HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n",
                        "200 length=0 {content-length=0}\nMESSAGE_END reusable"),
                row(
                        "HTTP/1.1 200 \u00dcber\r\ncontent-length: 0\r\n\r\n",
                        "200 length=0 {content-length=0}\nMESSAGE_END reusable"),
                row(
                        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi",
                        "200 length=2 {content-length=2} body=hi\nMESSAGE_END reusable"),
                row("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nh", "200 length=2 {content-length=2}NEED_INPUT"),
                row(
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;a\r\nhi\r\n0\r\nx-sum: 1\r\n\r\n",
                        "200 length=-1 {transfer-encoding=chunked} body=hi trailers={x-sum=1}\nMESSAGE_END reusable"),
                row(
                        "HEAD",
                        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n",
                        "200 length=0 {content-length=9}\nMESSAGE_END reusable"),
                row(
                        "HEAD",
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
                        "200 length=0 {transfer-encoding=chunked}\nMESSAGE_END reusable"),
                row("HEAD", "HTTP/1.1 200 OK\r\n\r\n", "200 length=0 {}\nMESSAGE_END reusable"),
                row(
                        "HTTP/1.1 304 Not\r\ncontent-length: 9\r\n\r\n",
                        "304 length=0 {content-length=9}\nMESSAGE_END reusable"),
                row("HTTP/1.1 204 No\r\n\r\n", "204 length=0 {}\nMESSAGE_END reusable"),
                row(
                        "HTTP/1.1 204 No\r\ncontent-length: 0\r\n\r\n",
                        "204 length=0 {content-length=0}\nMESSAGE_END reusable"),
                row("HTTP/1.1 200 OK\r\n\r\nall", "200 length=-1 {}NEED_INPUT"),
                row("HTTP/1.0 200 OK\r\n\r\nall", "200 length=-1 {}NEED_INPUT"),
                row(
                        "HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx",
                        "200 length=1 {content-length=1} body=x\nMESSAGE_END"),
                row(
                        "HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 1\r\n\r\nx",
                        "200 length=1 {connection=keep-alive|content-length=1} body=x\nMESSAGE_END reusable"),
                head(
                        "connection: close\r\ncontent-length: 0\r\n",
                        "200 length=0 {connection=close|content-length=0}\nMESSAGE_END"),
                head(
                        "connection: x-hop, set-cookie, content-length\r\nx-hop: 1\r\nset-cookie: a\r\ncontent-length: 0\r\nb: c\r\n",
                        "200 length=0 {connection=x-hop, set-cookie, content-length|content-length=0|b=c}\nMESSAGE_END reusable"),
                row(
                        "HTTP/1.1 103 Early\r\nlink: a\r\n\r\nHTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
                        "103 length=0 {link=a}\n100 length=0 {}\n200 length=0 {content-length=0}\nMESSAGE_END reusable"),
                row(
                        "GET GET",
                        "HTTP/1.1 200 A\r\ncontent-length: 1\r\n\r\nxHTTP/1.1 404 B\r\ncontent-length: 1\r\n\r\ny",
                        "200 length=1 {content-length=1} body=x\n"),
                // one byte too many
                row(
                        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi!",
                        "200 length=2 {content-length=2} body=hi\nMESSAGE_END"),
                row(
                        "HTTP/1.1 200 A\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 B\r\ncontent-length: 0\r\n\r\n",
                        "200 length=0 {content-length=0}\nMESSAGE_END"),
                row(
                        "HEAD",
                        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi",
                        "200 length=0 {content-length=2}\nMESSAGE_END"),
                row("HTTP/1.1 204 No\r\n\r\nhi", "204 length=0 {}\nMESSAGE_END"),
                // status line
                row("HTTP/1.1 099 OK\r\n\r\n", MALFORMED),
                row("HTTP/1.1 600 OK\r\n\r\n", MALFORMED),
                row("HTTP/1.1 20 OK\r\n\r\n", MALFORMED),
                row("HTTP/1.1 2000 OK\r\n\r\n", MALFORMED),
                row("HTTP/1.1  200 OK\r\n\r\n", MALFORMED),
                row("HTTP/1.1 2x0 OK\r\n\r\n", MALFORMED),
                row("HTTP/1.2 200 OK\r\n\r\n", MALFORMED),
                row("HTTP/2 200\r\n\r\n", MALFORMED),
                row("http/1.1 200 OK\r\n\r\n", MALFORMED),
                row("ICY 200 OK\r\n\r\n", MALFORMED),
                row("HTTP/1.1 200 a\rb\r\n\r\n", MALFORMED),
                row("HTTP/1.1 200 a\u0000\r\n\r\n", MALFORMED),
                row("HTTP/1.1 200 OK\n\r\n", MALFORMED),
                row("\r\nHTTP/1.1 200 OK\r\n\r\n", MALFORMED),
                row("x".repeat(600), MALFORMED),
                // fields and framing
                head("x : 1\r\n", MALFORMED),
                head("x: 1\r\n 2\r\n", MALFORMED),
                head("x: \u0000\r\n", MALFORMED),
                head("x: 1\n", MALFORMED),
                head("x: " + "a".repeat(1100) + "\r\n", MALFORMED),
                head("x: 1\r\n".repeat(21), MALFORMED),
                head("content-length: 1\r\ncontent-length: 1\r\n", MALFORMED),
                head("content-length: 1, 1\r\n", MALFORMED),
                head("content-length: -1\r\n", MALFORMED),
                head("content-length: 1\r\ntransfer-encoding: chunked\r\n", MALFORMED),
                head("transfer-encoding: gzip\r\n", MALFORMED),
                head("transfer-encoding: chunked, chunked\r\n", MALFORMED),
                row("HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", MALFORMED),
                row("HTTP/1.1 204 No\r\ncontent-length: 1\r\n\r\n", MALFORMED),
                row("HTTP/1.1 204 No\r\ntransfer-encoding: chunked\r\n\r\n", MALFORMED),
                row("HTTP/1.1 100 Go\r\ncontent-length: 1\r\n\r\n", MALFORMED),
                row("HTTP/1.0 100 Go\r\n\r\n", MALFORMED),
                row("HTTP/1.1 100 Go\r\n\r\n".repeat(17), "100 length=0 {}\n".repeat(16) + MALFORMED),
                row("HTTP/1.1 101 Switch\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n", MALFORMED),
                row(
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\nhi",
                        "200 length=-1 {transfer-encoding=chunked}" + MALFORMED),
                row(
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\ncontent-length: 1\r\n\r\n",
                        "200 length=-1 {transfer-encoding=chunked}" + MALFORMED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void readsOneWayHoweverTheBytesCome(String ignored, String methods, String raw, String outcome) {
        byte[] bytes = Fed.bytes(raw);
        List<String> asked =
                List.of(methods.substring(0, methods.indexOf(' ') < 0 ? methods.length() : methods.indexOf(' ')));
        if (methods.contains(" ")) {
            // A second answer in the same read is one that nobody asked for yet.
            assertTrue(Fed.answers(bytes, Fed.WHOLE, List.of(methods.split(" ")), false, false)
                    .startsWith(outcome));
            return;
        }
        assertEquals(outcome, Fed.answers(bytes, Fed.WHOLE, asked, false, false));
        assertEquals(outcome, Fed.answers(bytes, Fed.ONE_BY_ONE, asked, false, false));
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(raw.hashCode());
        for (int round = 0; round < 8; round++) {
            assertEquals(outcome, Fed.answers(bytes, rest -> random.nextInt(1, 24), asked, false, false));
        }
    }

    static Stream<Arguments> closed() {
        return Stream.of(
                row("HTTP/1.1 200 OK\r\n\r\nall", "200 length=-1 {} body=all\nMESSAGE_END"),
                row("HTTP/1.0 200 OK\r\n\r\n", "200 length=-1 {}\nMESSAGE_END"),
                row(
                        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi",
                        "200 length=2 {content-length=2} body=hi\nMESSAGE_END"),
                row("", "upstream_failed"),
                row("HTTP/1.1 200 OK\r\ncontent-", "upstream_failed"),
                row("HTTP/1.1 100 Go\r\n\r\n", "100 length=0 {}\nupstream_failed"),
                row("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nh", "200 length=2 {content-length=2}upstream_failed"),
                row(
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n",
                        "200 length=-1 {transfer-encoding=chunked}upstream_failed"),
                row(
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n",
                        "200 length=-1 {transfer-encoding=chunked}upstream_failed"),
                row("garbage\r\n", MALFORMED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("closed")
    void tellsAnEndFromACut(String ignored, String methods, String raw, String outcome) {
        assertEquals(outcome, Fed.answers(Fed.bytes(raw), Fed.WHOLE, List.of(methods), false, true));
        assertEquals(outcome, Fed.answers(Fed.bytes(raw), Fed.ONE_BY_ONE, List.of(methods), false, true));
    }

    @Test
    void readsAnswersOneAfterTheOther() {
        Http1ResponseParser parser = new Http1ResponseParser(Fed.LIMITS);
        Fed.ResponseRecorder events = new Fed.ResponseRecorder();
        assertTrue(parser.reusable());
        for (int round = 0; round < 3; round++) {
            parser.expect(round == 1 ? "HEAD" : "GET");
            assertFalse(parser.reusable());
            ByteBuf in = Unpooled.copiedBuffer(
                    Fed.bytes("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n" + (round == 1 ? "" : "x")));
            assertEquals(Step.MESSAGE_END, parser.parse(in, events));
            assertTrue(parser.reusable());
            in.release();
        }
    }

    @Test
    void tellsTheSwitchThatWasAskedFor() {
        String raw = "HTTP/1.1 101 Switch\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\nrest";
        assertEquals(
                "switched 101 length=0 {connection=Upgrade|upgrade=websocket}\nSWITCHED",
                Fed.answers(Fed.bytes(raw), Fed.WHOLE, List.of("GET"), true, false));
        assertEquals(
                MALFORMED,
                Fed.answers(Fed.bytes("HTTP/1.1 101 Switch\r\n\r\n"), Fed.WHOLE, List.of("GET"), true, false));
        assertEquals(
                MALFORMED, Fed.answers(Fed.bytes(raw.replace("1.1", "1.0")), Fed.WHOLE, List.of("GET"), true, false));
        ByteBuf in = Unpooled.copiedBuffer(Fed.bytes(raw));
        Http1ResponseParser parser = new Http1ResponseParser(Fed.LIMITS);
        parser.expect("GET", true);
        assertEquals(Step.SWITCHED, parser.parse(in, new Fed.ResponseRecorder()));
        assertEquals("rest", Fed.text(in));
        assertFalse(parser.reusable());
        in.release();
    }

    @Test
    void takesNothingForAnAnswerThatNobodyAskedFor() {
        ByteBuf in = Unpooled.copiedBuffer(Fed.bytes("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
        Http1ResponseParser parser = new Http1ResponseParser(Fed.LIMITS);
        assertEquals(Step.NEED_INPUT, parser.parse(Unpooled.EMPTY_BUFFER, new Fed.ResponseRecorder()));
        assertEquals(Step.REFUSED, parser.parse(in, new Fed.ResponseRecorder()));
        assertFalse(parser.reusable());
        assertThrows(IllegalStateException.class, () -> parser.expect("GET"));
        in.release();
    }

    @Test
    void isNotUsedAgainAfterLateBytes() {
        Http1ResponseParser parser = new Http1ResponseParser(Fed.LIMITS);
        parser.expect("GET");
        ByteBuf in = Unpooled.buffer().writeBytes(Fed.bytes("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
        assertEquals(Step.MESSAGE_END, parser.parse(in, new Fed.ResponseRecorder()));
        assertTrue(parser.reusable());
        in.writeByte('H');
        assertEquals(Step.MESSAGE_END, parser.parse(in, new Fed.ResponseRecorder()));
        assertFalse(parser.reusable());
        assertThrows(IllegalStateException.class, () -> parser.expect("GET"));
        in.release();
    }

    @Test
    void neverThrowsAndNeverReadsTwoThings() {
        String[] seeds = {
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nserver: x\r\n\r\nhello",
            "HTTP/1.1 103 Hints\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nx: 1\r\n\r\n",
            "HTTP/1.0 404 Not\r\nconnection: keep-alive\r\n\r\nall the rest",
            "HTTP/1.1 101 Switch\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n\u0081\u0001x",
        };
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
        int whole = 0;
        for (int round = 0; round < 10_000; round++) {
            byte[] raw = Http1RequestParserFuzzTest.mutate(seeds[random.nextInt(seeds.length)], random);
            List<String> asked = List.of(random.nextInt(4) == 0 ? "HEAD" : "GET");
            boolean switching = random.nextBoolean();
            String outcome = Fed.answers(raw, Fed.WHOLE, asked, switching, true);
            assertEquals(
                    outcome,
                    Fed.answers(raw, rest -> random.nextInt(1, 40), asked, switching, true),
                    () -> Fed.text(Unpooled.wrappedBuffer(raw)));
            whole += outcome.contains("MESSAGE_END") ? 1 : 0;
        }
        assertTrue(whole > 1000, "the mutations leave too little to look at: " + whole);
    }
}
