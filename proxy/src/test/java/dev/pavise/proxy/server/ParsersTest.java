package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.pavise.proxy.http.HeadLimits;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Http1RequestParser;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.Step;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ParsersTest {
    private static final HeadLimits LIMITS = new HeadLimits(8192, 64 * 1024, 100);

    private final Parsers parsers = new Parsers();

    @Test
    void usesAgainWhatIsDone() {
        Http1RequestParser parser = parsers.take(LIMITS);
        assertEquals(Step.MESSAGE_END, feed(parser, "GET / HTTP/1.1\r\nhost: a\r\n\r\n"));
        parser.next();
        parsers.give(parser);
        assertSame(parser, parsers.take(LIMITS));
        assertNotSame(parser, parsers.take(LIMITS));
    }

    @Test
    void throwsAwayWhatIsInTheMiddleOfSomething() {
        for (String begun : new String[] {"GET / HTTP/1.1\r\nhost: a\r\n", "GET / HTTP/1.1\r\nhost: a\r\n\r\n", "\n"}) {
            Http1RequestParser parser = parsers.take(LIMITS);
            feed(parser, begun);
            parsers.give(parser);
            assertNotSame(parser, parsers.take(LIMITS), begun);
        }
    }

    @Test
    void throwsAwayWhatHasGrown() {
        Http1RequestParser parser = parsers.take(LIMITS);
        assertEquals(
                Step.MESSAGE_END, feed(parser, "GET / HTTP/1.1\r\nhost: a\r\nx: " + "x".repeat(40_000) + "\r\n\r\n"));
        parser.next();
        parsers.give(parser);
        assertNotSame(parser, parsers.take(LIMITS));
    }

    @Test
    void keepsToTheLimitsOfTheMoment() {
        Http1RequestParser parser = parsers.take(LIMITS);
        Http1RequestParser other = parsers.take(LIMITS);
        parsers.give(parser);
        HeadLimits later = new HeadLimits(100, 100, 1);
        assertEquals(later, parsers.take(later).limits());
        parsers.give(other);
        assertEquals(later, parsers.take(later).limits());
    }

    private static Step feed(Http1RequestParser parser, String text) {
        ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        try {
            return parser.parse(in, new Http1RequestParser.Events() {
                @Override
                public void onHead(RequestHead head) {}

                @Override
                public void onData(ByteBuf data) {
                    data.release();
                }

                @Override
                public void onEnd(HeaderBlock trailers) {}
            });
        } finally {
            in.release();
        }
    }
}
