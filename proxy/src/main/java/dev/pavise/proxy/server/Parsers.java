package dev.pavise.proxy.server;

import dev.pavise.proxy.http.HeadLimits;
import dev.pavise.proxy.http.Http1RequestParser;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The request parsers of one event loop that wait to be used again. A connection that has been quiet for a moment gives its own up, so that an
 * idle one costs no buffers. Bounded; a parser that was made for other limits, that has grown, or that is in the middle of something is
 * thrown away.
 */
final class Parsers {
    private static final int KEPT = 64;

    private final ArrayDeque<Http1RequestParser> free = new ArrayDeque<>(KEPT);
    private @Nullable HeadLimits limits;

    Http1RequestParser take(HeadLimits now) {
        if (!now.equals(limits)) {
            limits = now;
            free.clear();
        }
        Http1RequestParser parser = free.poll();
        return parser == null ? new Http1RequestParser(now, "https") : parser;
    }

    /** Takes a parser back; nobody may hold a head or a field of its last request any more. */
    void give(Http1RequestParser parser) {
        if (free.size() < KEPT
                && parser.isIdle()
                && parser.isSmall()
                && parser.limits().equals(limits)) {
            free.push(parser);
        }
    }

    /** The parser of one connection: there when there is something to parse, given back when there is not. */
    static final class Loan {
        private final Loop loop;
        private @Nullable Http1RequestParser parser;

        Loan(Loop loop) {
            this.loop = loop;
        }

        Http1RequestParser parser() {
            Http1RequestParser current = parser;
            if (current == null) {
                current = loop.parsers().take(loop.timeouts().head());
                parser = current;
            }
            return current;
        }

        void end() {
            if (parser != null) {
                loop.parsers().give(parser);
                parser = null;
            }
        }
    }
}
