package dev.pavise.proxy.explain;

import dev.pavise.proxy.http.Authority;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HttpVersion;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.RequestTarget;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request as somebody describes it, not yet in normal form.
 *
 * @param target path, and query if any
 * @param host null for one that the configuration answers to
 * @param address of the client
 * @param time when it comes, or null for the present moment
 */
public record DescribedRequest(
        String method,
        String target,
        @Nullable String host,
        List<Field> headers,
        String address,
        @Nullable Instant time) {
    /** Where nothing else is said. */
    public static final String ADDRESS = "127.0.0.1";

    private static final int LONGEST_TARGET = 8 * 1024;

    public DescribedRequest {
        headers = List.copyOf(headers);
    }

    /** One header field. */
    public record Field(String name, String value) {
        public Field {
            if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")) {
                throw new IllegalArgumentException("`" + name + "` is no name of a header");
            }
            if (!value.matches("[^\\x00-\\x08\\x0a-\\x1f\\x7f]{0,8192}") || !value.equals(value.strip())) {
                throw new IllegalArgumentException("the value of header `" + name + "` cannot stand in a header");
            }
        }
    }

    /** What the parsers would make of it. */
    sealed interface Read {
        record Head(RequestHead head) implements Read {}

        record Refused(Refusal refusal) implements Read {}
    }

    Read read(String anyHost) {
        return switch (RequestTarget.parse(target, LONGEST_TARGET)) {
            case RequestTarget.Bad(Refusal refusal) -> new Read.Refused(refusal);
            case RequestTarget.Normal normal -> read(normal, anyHost);
        };
    }

    private Read read(RequestTarget.Normal normal, String anyHost) {
        return switch (Authority.parse(host == null ? anyHost : host)) {
            case Authority.Bad(Refusal refusal) -> new Read.Refused(refusal);
            case Authority.Named named -> new Read.Head(head(normal, named));
        };
    }

    private RequestHead head(RequestTarget.Normal normal, Authority.Named named) {
        HeaderBlock block = new HeaderBlock();
        headers.forEach(field -> block.add(field.name().toLowerCase(Locale.ROOT), field.value()));
        return new RequestHead(
                HttpVersion.HTTP_1_1,
                method,
                "https",
                named.host(),
                named.text(),
                normal.path(),
                normal.query(),
                0,
                null,
                true,
                false,
                block);
    }
}
