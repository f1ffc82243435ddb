package dev.pavise.proxy.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells the forms of a request target apart (RFC 9112, 3.2): origin form, and absolute form where its scheme is that of the door. Its
 * parts can be fetched until the next target is read. The last one is remembered, as a connection mostly asks for few things.
 */
final class TargetForm {
    private static final Refusal OTHER_FORM = new Refusal(
            RefusalCode.MALFORMED_REQUEST, "the request target is neither a path nor a URL of this server's scheme");
    private static final byte[] ROOT = {'/'};
    private static final int LONGEST_KEPT = 1024;

    private final byte[] prefix;
    private final int limit;
    private byte[] last = {};
    private RequestTarget.@Nullable Normal ofLast;
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
            return origin(line, start, length);
        }
        return isAbsolute(line, start, length) ? absolute(line, start + prefix.length, start + length) : OTHER_FORM;
    }

    /** The same bytes have the same normal form: a client that asks for one thing again and again has it read once. */
    private @Nullable Refusal origin(byte[] line, int start, int length) {
        RequestTarget.Normal known = ofLast;
        if (known != null && Arrays.equals(line, start, start + length, last, 0, last.length)) {
            target = known;
            return null;
        }
        ofLast = null;
        Refusal wrong = take(RequestTarget.parse(line, start, length, limit));
        if (wrong == null && length <= LONGEST_KEPT) {
            last = Arrays.copyOfRange(line, start, start + length);
            ofLast = target;
        }
        return wrong;
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
