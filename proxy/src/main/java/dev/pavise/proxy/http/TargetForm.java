package dev.pavise.proxy.http;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells the forms of a request target apart (RFC 9112, 3.2): origin form, and absolute form where its scheme is that of the door. Its
 * parts can be fetched until the next target is read.
 */
final class TargetForm {
    private static final Refusal OTHER_FORM = new Refusal(
            RefusalCode.MALFORMED_REQUEST, "the request target is neither a path nor a URL of this server's scheme");
    private static final byte[] ROOT = {'/'};

    private final byte[] prefix;
    private final int limit;
    private final RecentTarget recent = new RecentTarget();
    private RequestTarget.@Nullable Normal target;
    private Authority.@Nullable Named authority;

    TargetForm(String scheme, int limit) {
        this.prefix = (scheme + "://").getBytes(StandardCharsets.US_ASCII);
        this.limit = limit;
    }

    /** Reads a target; returns why it is refused, or null. */
    @Nullable
    Refusal read(byte[] line, int start, int length) {
        authority = null;
        if (line[start] == '/') {
            return take(recent.parse(line, start, length, limit));
        }
        return isAbsolute(line, start, length) ? absolute(line, start + prefix.length, start + length) : OTHER_FORM;
    }

    RequestTarget.Normal target() {
        return Objects.requireNonNull(target, "no target was read");
    }

    /** The authority of the absolute form, or null. */
    Authority.@Nullable Named authority() {
        return authority;
    }

    private @Nullable Refusal absolute(byte[] line, int start, int end) {
        int pathStart = start;
        while (pathStart < end && line[pathStart] != '/' && line[pathStart] != '?') {
            pathStart++;
        }
        switch (Authority.parse(line, start, pathStart - start)) {
            case Authority.Bad bad -> {
                return bad.refusal();
            }
            case Authority.Named named -> authority = named;
        }
        if (pathStart == end) {
            return take(RequestTarget.parse(ROOT, 0, 1, limit));
        }
        if (line[pathStart] == '?') {
            return OTHER_FORM; // a client has to write the slash, and does
        }
        return take(RequestTarget.parse(line, pathStart, end - pathStart, limit));
    }

    private @Nullable Refusal take(RequestTarget read) {
        return switch (read) {
            case RequestTarget.Bad bad -> bad.refusal();
            case RequestTarget.Normal normal -> {
                target = normal;
                yield null;
            }
        };
    }

    private boolean isAbsolute(byte[] line, int start, int length) {
        if (length <= prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (Octets.lower(line[start + i]) != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
