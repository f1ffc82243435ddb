package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pavise.proxy.http.RefusalCode;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class Http2MalformedAnswerTest {
    private final Forwarding forwarding = new Forwarding();
    private @Nullable Http2Origin origin;

    @AfterEach
    void stop() throws Exception {
        forwarding.stop();
        if (origin != null) {
            origin.stop();
        }
    }

    static Stream<Arguments> malformedAnswers() {
        return Stream.of(
                arguments("no status", new String[] {"x", "1"}, "", true),
                arguments("a status of letters", new String[] {":status", "abc"}, "", true),
                arguments("two statuses", new String[] {":status", "200", ":status", "200"}, "", true),
                arguments("101", new String[] {":status", "101"}, "", false),
                arguments("an interim answer that ends", new String[] {":status", "103"}, "", true),
                arguments("upper case", new String[] {":status", "200", "X-Upper", "1"}, "", true),
                arguments("a connection field", new String[] {":status", "200", "connection", "close"}, "", true),
                arguments("a line break", new String[] {":status", "200", "x", "a\r\nset-cookie: b"}, "", true),
                arguments(
                        "two lengths",
                        new String[] {":status", "200", "content-length", "1", "content-length", "2"},
                        "a",
                        true),
                arguments("too little", new String[] {":status", "200", "content-length", "5"}, "abc", true),
                arguments(
                        "nothing where there should be",
                        new String[] {":status", "200", "content-length", "5"},
                        "",
                        true),
                arguments("too much", new String[] {":status", "200", "content-length", "2"}, "abc", true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedAnswers")
    void refusesMalformedAnswersAndKeepsTheOthersGoing(String what, String[] head, String body, boolean last)
            throws Exception {
        Http2Origin origin = new Http2Origin((peer, frame) -> {
            if (frame instanceof Http2HeadersFrame request) {
                if (request.headers().path().toString().equals("/good")) {
                    peer.answer(request.stream(), "good");
                } else {
                    peer.head(request.stream(), last && body.isEmpty(), head);
                    if (!body.isEmpty()) {
                        peer.data(request.stream(), body, true);
                    }
                }
            }
        });
        this.origin = origin;
        Upstream upstream = forwarding.upstream(UpstreamProtocol.HTTP2, Forwarding.LIMITS, origin.port());
        RecordingListener listener = forwarding.get(upstream, "/bad").await();
        UpstreamFailure failure = listener.failure;
        assertNotNull(failure, what);
        assertEquals(RefusalCode.UPSTREAM_MALFORMED, failure.code(), failure.detail());
        assertEquals("good", forwarding.get(upstream, "/good").await().body());
        assertEquals(1, origin.accepted());
    }
}
