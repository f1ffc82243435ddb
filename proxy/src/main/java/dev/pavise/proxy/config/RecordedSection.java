package dev.pavise.proxy.config;

import dev.pavise.policy.Facts;
import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code audit.record}. */
final class RecordedSection {
    private static final int MOST = 16;
    /** Fields that hold credentials, besides those by which callers prove who they are here. */
    private static final Set<String> SECRET = Set.of(
            "set-cookie",
            "authentication-info",
            "proxy-authentication-info",
            "x-auth-token",
            "x-csrf-token",
            "x-xsrf-token",
            "x-amz-security-token",
            "sec-websocket-key",
            "sec-websocket-protocol",
            "dpop",
            "signature");

    private static final Key<List<String>> HEADERS = Key.withDefault(
            "headers",
            Shapes.list(Scalars.scalar("a header name", "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", RecordedSection::name)),
            "[]",
            "request headers to record, at most 16; never one that holds a credential");
    private static final Key<Boolean> QUERY = Key.withDefault(
            "query", Scalars.bool(), "false", "records the query; values of parameters named like secrets are masked");

    static final Section<RecordedConfig> SECTION = Section.of(List.of(HEADERS, QUERY), record -> {
        List<String> headers = record.get(HEADERS).stream().distinct().toList();
        if (headers.size() > MOST) {
            record.error(HEADERS, "names " + headers.size() + " headers; at most " + MOST + " can be recorded");
        }
        return new RecordedConfig(headers, record.get(QUERY));
    });

    private RecordedSection() {}

    private static String name(String text) throws BadValueException {
        String name = text.toLowerCase(Locale.ROOT);
        if (Facts.CREDENTIALS.contains(name) || SECRET.contains(name)) {
            throw new BadValueException("it holds a credential, and no credential is recorded");
        }
        return name;
    }
}
