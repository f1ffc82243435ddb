package dev.pavise.proxy.cli;

import dev.pavise.proxy.explain.DescribedRequest;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that describe a request. */
final class RequestOptions {
    @Option(names = "--method", paramLabel = "METHOD", defaultValue = "GET", description = "Default: GET.")
    private String method = "GET";

    @Option(names = "--path", paramLabel = "PATH", required = true, description = "The path, and the query if any.")
    private String path = "/";

    @Option(names = "--host", paramLabel = "HOST", description = "Default: the first of `hosts`.")
    private @Nullable String host;

    @Option(
            names = "--header",
            paramLabel = "NAME:VALUE",
            description =
                    "A header of the request; may be repeated. Credentials are told by the options of the identity.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            defaultValue = DescribedRequest.ADDRESS,
            description = "Of the client.")
    private String address = DescribedRequest.ADDRESS;

    @Option(names = "--time", paramLabel = "TIME", description = "Of the request, in RFC 3339 (default: now).")
    private @Nullable String time;

    DescribedRequest described() {
        List<DescribedRequest.Field> fields = new ArrayList<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("--header `" + header + "` has no colon, write `name: value`");
            }
            fields.add(new DescribedRequest.Field(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip()));
        }
        return new DescribedRequest(method, path, host, fields, address, time(time));
    }

    static @Nullable Instant time(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException unfit) {
            throw new IllegalArgumentException("`" + text + "` is no time, write it as in 2026-11-02T10:15:30Z", unfit);
        }
    }
}
