package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class Http1RequestParserTest {
    private static final String KEY = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final String UPGRADE = "host: a\r\nconnection: Upgrade\r\nupgrade: WebSocket\r\n";

    private static Arguments row(String raw, String outcome) {
        return Arguments.of(raw.replace("\r", "<CR>").replace("\n", "<LF>"), raw, outcome);
    }

    private static Arguments head(String fields, String outcome) {
        return row("GET / HTTP/1.1\r\n" + fields + "\r\n", outcome);
    }

    private static Arguments line(String line, String outcome) {
        return row(line + "\r\nhost: a\r\n\r\n", outcome);
    }

    private static Arguments chunked(String body, String outcome) {
        return row("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n" + body, outcome);
    }

    private static String plain(String fields) {
        return "GET https://a/ HTTP/1.1 length=0 {" + fields + "}\nMESSAGE_END";
    }

    private static String post(String behind) {
        return "POST https://a/ HTTP/1.1 length=-1 {transfer-encoding=chunked}" + behind;
    }

    /** What is accepted, and as what. */
    static Stream<Arguments> accepted() {
        return Stream.of(
                head("host: a\r\n", plain("")),
                head("HOST:a\r\nX-One:\t two words \t\r\nx-two:\r\n", plain("x-one=two words|x-two=")),
                head("host: a\r\nx: \u00e9\t\u00ff\r\n", plain("x=\u00e9\t\u00ff")),
                head("host: EXAMPLE.com:8443\r\n", "GET https://example.com:8443/ HTTP/1.1 length=0 {}\nMESSAGE_END"),
                line("OPTIONS /%7Ea?b HTTP/1.1", "OPTIONS https://a/~a?b HTTP/1.1 length=0 {}\nMESSAGE_END"),
                line("PURGE / HTTP/1.1", "PURGE https://a/ HTTP/1.1 length=0 {}\nMESSAGE_END"),
                line("GET / HTTP/1.0", "GET https://a/ HTTP/1.0 length=0 close {}\nMESSAGE_END"),
                line("GET https://a/b HTTP/1.1", "GET https://a/b HTTP/1.1 length=0 {}\nMESSAGE_END"),
                line("GET HTTPS://A HTTP/1.1", "GET https://a/ HTTP/1.1 length=0 {}\nMESSAGE_END"),
                row(
                        "GET / HTTP/1.0\r\nhost: a\r\nconnection: Keep-Alive\r\n\r\n",
                        "GET https://a/ HTTP/1.0 length=0 {connection=Keep-Alive}\nMESSAGE_END"),
                head(
                        "host: a\r\nconnection: close\r\n",
                        "GET https://a/ HTTP/1.1 length=0 close {connection=close}\nMESSAGE_END"),
                head(
                        "host: a\r\nconnection: keep-alive, Close\r\n",
                        "GET https://a/ HTTP/1.1 length=0 close {connection=keep-alive, Close}\nMESSAGE_END"),
                head(
                        "connection: x-drop,,\r\nx-drop: 1\r\nx-keep: 2\r\nconnection: X-More\r\nx-more: 3\r\nhost: a\r\n",
                        plain("connection=x-drop,,|x-keep=2|connection=X-More")),
                row(
                        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello",
                        "POST https://a/ HTTP/1.1 length=5 {content-length=5} body=hello\nMESSAGE_END"),
                row(
                        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhel",
                        "POST https://a/ HTTP/1.1 length=5 {content-length=5}NEED_INPUT"),
                row(
                        "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-Continue\r\ncontent-length: 1\r\n\r\n!",
                        "POST https://a/ HTTP/1.1 length=1 continue {expect=100-Continue|content-length=1} body=!\nMESSAGE_END"),
                head("host: a\r\nexpect: 100-continue\r\n", plain("expect=100-continue")),
                row(
                        "GET / HTTP/1.0\r\nhost: a\r\nexpect: miracles\r\n\r\n",
                        "GET https://a/ HTTP/1.0 length=0 close {expect=miracles}\nMESSAGE_END"),
                row(
                        "GET /1 HTTP/1.1\r\nhost: a\r\n\r\nPOST /2 HTTP/1.1\r\nhost: b\r\ncontent-length: 2\r\n\r\nhiGET /3 HTTP/1.1\r\nhost: c\r\n\r\n",
                        "GET https://a/1 HTTP/1.1 length=0 {}\nPOST https://b/2 HTTP/1.1 length=2 {content-length=2} body=hi\n"
                                + "GET https://c/3 HTTP/1.1 length=0 {}\nMESSAGE_END"),
                chunked("5\r\nhello\r\n0\r\n\r\n", post(" body=hello\nMESSAGE_END")),
                chunked("00005\r\nhello\r\nA\r\n0123456789\r\n000\r\n\r\n", post(" body=hello0123456789\nMESSAGE_END")),
                chunked(
                        "1;a\r\nx\r\n1;b=c;d=\"e \\\" f\"\r\ny\r\n0;z=0\r\nx-sum: 1\r\nserver-timing: a\r\n\r\n",
                        post(" body=xy trailers={x-sum=1|server-timing=a}\nMESSAGE_END")),
                head(
                        UPGRADE + KEY + "sec-websocket-version: 13\r\n",
                        "GET https://a/ HTTP/1.1 length=0 protocol=websocket {connection=Upgrade|upgrade=WebSocket|"
                                + "sec-websocket-key=dGhlIHNhbXBsZSBub25jZQ==|sec-websocket-version=13}\nMESSAGE_END"),
                head(
                        "host: a\r\nupgrade: websocket\r\n" + KEY,
                        plain("upgrade=websocket|sec-websocket-key=dGhlIHNhbXBsZSBub25jZQ==")),
                head(
                        "host: a\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AA\r\n",
                        plain("connection=upgrade, http2-settings|upgrade=h2c|http2-settings=AA")),
                head(
                        UPGRADE + KEY + "upgrade: websocket\r\nsec-websocket-version: 13\r\n",
                        plain("connection=Upgrade|upgrade=WebSocket|sec-websocket-key=dGhlIHNhbXBsZSBub25jZQ==|"
                                + "upgrade=websocket|sec-websocket-version=13")),
                // nothing of a request is left for the next one
                row(
                        "GET https://a/ HTTP/1.1\r\nhost: a\r\nconnection: close, x-drop\r\n\r\nGET / HTTP/1.1\r\nhost: b\r\nx-drop: 2\r\n\r\n",
                        "GET https://a/ HTTP/1.1 length=0 close {connection=close, x-drop}\n"
                                + "GET https://b/ HTTP/1.1 length=0 {x-drop=2}\nMESSAGE_END"),
                row("", "NEED_INPUT"),
                row("GET / HTT", "NEED_INPUT"),
                row("GET / HTTP/1.1\r\nhost: a\r\n", "NEED_INPUT"));
    }

    /** What is refused: every way that is known of making one request into two, or two hosts, or two paths. */
    static Stream<Arguments> refused() {
        return Stream.of(
                // request line
                line("GET  / HTTP/1.1", "malformed_request"),
                line("GET /  HTTP/1.1", "malformed_request"),
                line(" GET / HTTP/1.1", "malformed_request"),
                line("GET / HTTP/1.1 ", "malformed_request"),
                line("GET\t/ HTTP/1.1", "malformed_request"),
                line("GET /", "malformed_request"),
                line("GET", "malformed_request"),
                line("GET / http/1.1", "malformed_request"),
                line("GET / HTTP/1.1x", "malformed_request"),
                line("GET / HTTP/11", "malformed_request"),
                line("G@T / HTTP/1.1", "malformed_request"),
                line("ABCDEFGHIJKLMNOPQRSTUVWXYZ / HTTP/1.1", "malformed_request"),
                line("GET /\u0000 HTTP/1.1", "malformed_request"),
                line("GET /\u007f HTTP/1.1", "malformed_request"),
                line("GET /a\rb HTTP/1.1", "malformed_request"),
                line("GET / HTTP/1.2", "unsupported_version"),
                line("GET / HTTP/2.0", "unsupported_version"),
                line("GET / HTTP/0.9", "unsupported_version"),
                row("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "unsupported_version"),
                line("CONNECT a:443 HTTP/1.1", "unsupported_method"),
                line("TRACE / HTTP/1.1", "unsupported_method"),
                line("get / HTTP/1.1", "unsupported_method"),
                line("hEAD / HTTP/1.1", "unsupported_method"),
                line("connect a:443 HTTP/1.1", "unsupported_method"),
                line("OPTIONS * HTTP/1.1", "malformed_request"),
                line("GET a HTTP/1.1", "malformed_request"),
                line("GET http://a/ HTTP/1.1", "malformed_request"),
                line("GET https://a?b HTTP/1.1", "malformed_request"),
                line("GET https:///a HTTP/1.1", "ambiguous_host"),
                line("GET https://b/ HTTP/1.1", "ambiguous_host"),
                line("GET https://a:443/ HTTP/1.1", "ambiguous_host"),
                line("GET https://x@a/ HTTP/1.1", "ambiguous_host"),
                line("GET https://a/../b HTTP/1.1", "ambiguous_path"),
                line("GET /\u00e9 HTTP/1.1", "ambiguous_path"),
                line("GET /%2e%2e/ HTTP/1.1", "ambiguous_path"),
                line("GET /" + "a".repeat(256) + " HTTP/1.1", "target_too_long"),
                line("GET /" + "a".repeat(2000) + " HTTP/1.1", "target_too_long"),
                row("A".repeat(2000), "target_too_long"),
                // before, between and instead of requests
                row("\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n", "malformed_request"),
                row("\nGET / HTTP/1.1\r\nhost: a\r\n\r\n", "malformed_request"),
                row("\u0000GET / HTTP/1.1\r\nhost: a\r\n\r\n", "malformed_request"),
                row("\u001fGET / HTTP/1.1\r\nhost: a\r\n\r\n", "malformed_request"),
                row("\u0016\u0003\u0001\u0002", "malformed_request"),
                row(
                        "GET / HTTP/1.1\r\nhost: a\r\n\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n",
                        "GET https://a/ HTTP/1.1 length=0 {}\nmalformed_request"),
                row(
                        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\nx\r\nGET / HTTP/1.1\r\n\r\n",
                        "POST https://a/ HTTP/1.1 length=1 {content-length=1} body=x\nmalformed_request"),
                // line ends
                row("GET / HTTP/1.1\nhost: a\n\n", "malformed_request"),
                row("GET / HTTP/1.1\r\nhost: a\n\r\n", "malformed_request"),
                row("GET / HTTP/1.1\r\nhost: a\r\n\n", "malformed_request"),
                row("GET / HTTP/1.1\rhost: a\r\r", "NEED_INPUT"),
                head("host: a\r\nx: 1\r2\r\n", "malformed_request"),
                head("host: a\r\nx: 1\r\r\n", "malformed_request"),
                // field lines
                head("host: a\r\nx: 1\r\n 2\r\n", "malformed_request"),
                head("host: a\r\nx: 1\r\n\t2\r\n", "malformed_request"),
                row("GET / HTTP/1.1\r\n host: a\r\n\r\n", "malformed_request"),
                head("host: a\r\nx : 1\r\n", "malformed_request"),
                head("host : a\r\n", "malformed_request"),
                head("host: a\r\n: 1\r\n", "malformed_request"),
                head("host: a\r\nx\r\n", "malformed_request"),
                head("host: a\r\nx y: 1\r\n", "malformed_request"),
                head("host: a\r\nx(y): 1\r\n", "malformed_request"),
                head("host: a\r\n\u00e9: 1\r\n", "malformed_request"),
                head("host: a\r\nx\u0000: 1\r\n", "malformed_request"),
                head("host: a\r\nx: \u0000\r\n", "malformed_request"),
                head("host: a\r\nx: a\u0001b\r\n", "malformed_request"),
                head("host: a\r\nx: \u007f\r\n", "malformed_request"),
                head("host: a\r\nx: " + "a".repeat(1024) + "\r\n", "headers_too_large"),
                head("host: a\r\n" + "x: a\r\n".repeat(20), "headers_too_large"),
                head("host: a\r\n" + ("x: " + "a".repeat(95) + "\r\n").repeat(11), "headers_too_large"),
                row("GET / HTTP/1.1\r\nhost: a\r\nx: " + "a".repeat(1030), "headers_too_large"),
                // framing
                head("host: a\r\ncontent-length: 1\r\ncontent-length: 1\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length: 1\r\nContent-Length: 2\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length: 1, 1\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length: +1\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length: -1\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length: 0x1\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length: 1 1\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length:\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length: 1.0\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length: \u00b2\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length: 9223372036854775808\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length: 18446744073709551617\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length: 00000000000000000001\r\n", "ambiguous_framing"),
                head("host: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n", "ambiguous_framing"),
                head("host: a\r\ntransfer-encoding: chunked\r\ncontent-length: 0\r\n", "ambiguous_framing"),
                row("GET / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n", "ambiguous_framing"),
                row(
                        "GET / HTTP/1.0\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
                        "ambiguous_framing"),
                head("host: a\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n", "ambiguous_framing"),
                head("host: a\r\ntransfer-encoding: identity\r\ntransfer-encoding: chunked\r\n", "ambiguous_framing"),
                head("host: a\r\ntransfer-encoding: chunked, chunked\r\n", "ambiguous_framing"),
                head("host: a\r\ntransfer-encoding: chunked, gzip\r\n", "ambiguous_framing"),
                head("host: a\r\ntransfer-encoding: gzip, chunked\r\n", "ambiguous_framing"),
                head("host: a\r\ntransfer-encoding: chunked;q=1\r\n", "ambiguous_framing"),
                head("host: a\r\ntransfer-encoding: xchunked\r\n", "ambiguous_framing"),
                head("host: a\r\ntransfer-encoding:\r\n", "ambiguous_framing"),
                head("host: a\r\ntransfer-encoding: gzip\r\n", "unsupported_coding"),
                head("host: a\r\ntransfer-encoding: \"chunke\"\r\n", "unsupported_coding"),
                head("host: a\r\ntransfer-encoding:\u000bchunked\r\n", "malformed_request"),
                head("host: a\r\ntransfer-encoding\u00a0: chunked\r\n", "malformed_request"),
                head("host: a\r\ntransfer-encoding\r\n : chunked\r\n", "malformed_request"),
                // chunks
                chunked("5\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("5;a\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("5;a=\"\r\n0\r\n\r\nGET /x HTTP/1.1\r\nhost: a\r\n\r\n\"\r\n", post("malformed_request")),
                chunked("5;a=b\rc\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("5;\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("5;a=\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("5 ;a\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("5; a\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("5;a=\"\u0000\"\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("5;a=\"\\\u0001\"\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("5;a=\"\\", post("NEED_INPUT")),
                chunked("5;" + "a".repeat(300) + "\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("5 \r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked(" 5\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("\r\n5\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("+5\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("-5\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("0x5\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("5h\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("\u00b5\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("8000000000000000\r\nhello", post("malformed_request")),
                chunked("ffffffffffffffff\r\nhello", post("malformed_request")),
                chunked("00000000000000005\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked("5\r\nhelloX\n0\r\n\r\n", post("malformed_request")),
                chunked("5\r\nhello\n0\r\n\r\n", post("malformed_request")),
                chunked("5\r\nhello\rX0\r\n\r\n", post("malformed_request")),
                chunked("4\r\nhello\r\n0\r\n\r\n", post("malformed_request")),
                chunked(
                        "1;a=b\r\nx\r\n".repeat(1000) + "0\r\n\r\n",
                        post(" body=" + "x".repeat(1000) + "\nMESSAGE_END")),
                chunked(("1;" + "a".repeat(250) + "\r\nx\r\n").repeat(20) + "0\r\n\r\n", post("malformed_request")),
                // trailers
                chunked("0\r\ncontent-length: 1\r\n\r\n", post("malformed_request")),
                chunked("0\r\ntransfer-encoding: chunked\r\n\r\n", post("malformed_request")),
                chunked("0\r\nhost: b\r\n\r\n", post("malformed_request")),
                chunked("0\r\nauthorization: Bearer x\r\n\r\n", post("malformed_request")),
                chunked("0\r\nx-pavise-principal: operator\r\n\r\n", post("malformed_request")),
                chunked("0\r\nx_forwarded_for: ::1\r\n\r\n", post("malformed_request")),
                chunked("0\r\ncookie: a\r\n\r\n", post("malformed_request")),
                chunked("0\r\nx: 1\n\r\n", post("malformed_request")),
                chunked("0\r\nx : 1\r\n\r\n", post("malformed_request")),
                chunked("0\r\n x: 1\r\n\r\n", post("malformed_request")),
                chunked("0\r\n" + "x: 1\r\n".repeat(21) + "\r\n", post("headers_too_large")),
                // host
                row("GET / HTTP/1.1\r\n\r\n", "ambiguous_host"),
                row("GET / HTTP/1.0\r\n\r\n", "ambiguous_host"),
                head("host: a\r\nhost: a\r\n", "ambiguous_host"),
                head("host: a\r\nHost: b\r\n", "ambiguous_host"),
                head("host:\r\n", "ambiguous_host"),
                head("host: a b\r\n", "ambiguous_host"),
                head("host: a, b\r\n", "ambiguous_host"),
                head("host: a/b\r\n", "ambiguous_host"),
                // connection, expect, upgrade
                head("host: a\r\nconnection: \"x\"\r\n", "malformed_request"),
                head("host: a\r\nconnection: x y\r\n", "malformed_request"),
                head("host: a\r\nconnection: close, content-length\r\n", "malformed_request"),
                head("host: a\r\nconnection: Authorization\r\n", "malformed_request"),
                head("host: a\r\nconnection: host\r\n", "malformed_request"),
                head("host: a\r\nconnection: cookie\r\n", "malformed_request"),
                head("host: a\r\nexpect: 100-continue, x\r\n", "unsupported_expectation"),
                head("host: a\r\nexpect: 200-ok\r\n", "unsupported_expectation"),
                head("host: a\r\nexpect: 100-continue\r\nexpect: 100-continue\r\n", "unsupported_expectation"),
                head(UPGRADE + "sec-websocket-version: 13\r\n", "unsupported_upgrade"),
                head(UPGRADE + KEY, "unsupported_upgrade"),
                head(UPGRADE + KEY + "sec-websocket-version: 8\r\n", "unsupported_upgrade"),
                head(UPGRADE + KEY + KEY + "sec-websocket-version: 13\r\n", "unsupported_upgrade"),
                head(UPGRADE + "sec-websocket-key: short==\r\nsec-websocket-version: 13\r\n", "unsupported_upgrade"),
                head(UPGRADE + KEY + "sec-websocket-version: 13\r\ncontent-length: 1\r\n", "unsupported_upgrade"),
                head(
                        UPGRADE + KEY + "sec-websocket-version: 13\r\ntransfer-encoding: chunked\r\n",
                        "unsupported_upgrade"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"accepted", "refused"})
    void readsOneWayHoweverTheBytesCome(String ignored, String raw, String outcome) {
        byte[] bytes = Fed.bytes(raw);
        assertEquals(outcome, Fed.requests(bytes, Fed.WHOLE));
        assertEquals(outcome, Fed.requests(bytes, Fed.ONE_BY_ONE));
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(raw.hashCode());
        for (int round = 0; round < 8; round++) {
            assertEquals(outcome, Fed.requests(bytes, rest -> random.nextInt(1, 24)));
        }
    }

    @Test
    void leavesWhatFollowsAnUpgradeInTheBuffer() {
        ByteBuf in = Unpooled.copiedBuffer(
                Fed.bytes("GET / HTTP/1.1\r\n" + UPGRADE + KEY + "sec-websocket-version: 13\r\n\r\n\u0081\u0005hello"));
        Http1RequestParser parser = new Http1RequestParser(Fed.LIMITS, "https");
        assertEquals(Step.MESSAGE_END, parser.parse(in, new Fed.RequestRecorder()));
        assertEquals("\u0081\u0005hello", Fed.text(in));
        in.release();
    }

    @Test
    void readsNothingBeforeTheNextRequestIsBegun() {
        ByteBuf in = Unpooled.copiedBuffer(Fed.bytes("GET / HTTP/1.1\r\nhost: a\r\n\r\nGARBAGE\n"));
        Http1RequestParser parser = new Http1RequestParser(Fed.LIMITS, "https");
        assertTrue(parser.isIdle());
        assertEquals(Step.MESSAGE_END, parser.parse(in, new Fed.RequestRecorder()));
        assertEquals(Step.MESSAGE_END, parser.parse(in, new Fed.RequestRecorder()));
        assertEquals("GARBAGE\n", Fed.text(in));
        parser.next();
        assertEquals(Step.REFUSED, parser.parse(in, new Fed.RequestRecorder()));
        assertEquals(Step.REFUSED, parser.parse(in, new Fed.RequestRecorder()));
        assertThrows(IllegalStateException.class, parser::next);
        in.release();
    }

    @Test
    void goesOnByItselfWhenTheNextRequestIsBegunWithinTheEnd() {
        ByteBuf in = Unpooled.copiedBuffer(Fed.bytes("GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(3)));
        Http1RequestParser parser = new Http1RequestParser(Fed.LIMITS, "https");
        int[] heads = {0};
        Step step = parser.parse(in, new Http1RequestParser.Events() {
            @Override
            public void onHead(RequestHead head) {
                heads[0]++;
            }

            @Override
            public void onData(ByteBuf data) {
                data.release();
            }

            @Override
            public void onEnd(HeaderBlock trailers) {
                parser.next();
            }
        });
        assertEquals(Step.NEED_INPUT, step);
        assertEquals(3, heads[0]);
        in.release();
    }
}
