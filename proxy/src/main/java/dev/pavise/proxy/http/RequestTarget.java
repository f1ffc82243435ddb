package dev.pavise.proxy.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request target in origin form (RFC 9112, 3.2.1), brought into its one normal form or refused. What has the normal form of an allowed
 * path is that path to every origin that follows RFC 3986, and to those that decode twice, cut at semicolons, take backslashes for
 * slashes or resolve dots: the spellings they differ in are refused.
 */
public sealed interface RequestTarget {
    /**
     * Reads a target.
     *
     * @param source holds it from {@code offset} on, {@code length} bytes long
     * @param limit most bytes that it may have
     */
    static RequestTarget parse(byte[] source, int offset, int length, int limit) {
        if (length > limit) {
            return new Bad(new Refusal(
                    RefusalCode.TARGET_TOO_LONG,
                    "the request target is longer than the " + limit + " bytes that are accepted"));
        }
        if (length == 0 || source[offset] != '/') {
            return new Bad(
                    new Refusal(RefusalCode.MALFORMED_REQUEST, "the request target does not begin with a slash"));
        }
        int end = offset + length;
        int mark = offset;
        while (mark < end && source[mark] != '?') {
            mark++;
        }
        PartNormalizer path = PartNormalizer.ofPath();
        if (!path.read(source, offset, mark)) {
            return new Bad(path.refusal());
        }
        if (mark == end) {
            return new Normal(path.text(), null);
        }
        PartNormalizer query = PartNormalizer.ofQuery();
        return query.read(source, mark + 1, end) ? new Normal(path.text(), query.text()) : new Bad(query.refusal());
    }

    /** Reads a target that is there as text. */
    static RequestTarget parse(CharSequence target, int limit) {
        byte[] bytes = target.toString().getBytes(StandardCharsets.UTF_8);
        return parse(bytes, 0, bytes.length, limit);
    }

    /**
     * A target that can be read in one way only.
     *
     * @param path begins with a slash; no dot segments, no empty segments; percent-encodings only where needed, in upper case
     * @param query what stands behind the question mark, or null where there is none
     */
    record Normal(String path, @Nullable String query) implements RequestTarget {}

    /** A target that is refused. */
    record Bad(Refusal refusal) implements RequestTarget {}
}
