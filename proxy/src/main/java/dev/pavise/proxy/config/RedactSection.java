package dev.pavise.proxy.config;

import dev.pavise.auditlog.redact.How;
import dev.pavise.auditlog.redact.RecordPath;
import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one rule of {@code audit.redact}. */
final class RedactSection {
    private static final Key<String> HEADER = Key.optional(
            "header",
            Scalars.matching("a header name", "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}"),
            "the value of a recorded header");
    private static final Key<String> QUERY =
            Key.optional("query", Scalars.text("the name of a parameter"), "the value of a query parameter");
    private static final Key<RecordPath> JSON =
            Key.optional("json", path(), "what a path into the record leads to, such as $.metadata.reason");
    private static final Key<Path> SECRET_FILE = Key.optional(
            "secret_file",
            Scalars.file("a file of values, one a line"),
            "known secret values, wherever they occur and however they are escaped");
    private static final Key<How> WITH = Key.withDefault(
            "with",
            Scalars.choice(ways()),
            "mask",
            "mask (***), remove, or hash: a keyed hash, the same for the same value");

    static final Section<RedactConfig.Rule> SECTION =
            Section.of(List.of(HEADER, QUERY, JSON, SECRET_FILE, WITH), RedactSection::make);

    private RedactSection() {}

    private static RedactConfig.@Nullable Rule make(Bound rule) {
        List<Key<?>> targets = List.of(HEADER, QUERY, JSON, SECRET_FILE);
        List<Key<?>> named = targets.stream().filter(rule::mentions).toList();
        if (named.size() != 1) {
            rule.error("a rule names exactly one of header, query, json and secret_file, not " + named.size());
            return null;
        }
        How with = rule.get(WITH);
        String header = rule.find(HEADER);
        String query = rule.find(QUERY);
        RecordPath json = rule.find(JSON);
        Path file = rule.find(SECRET_FILE);
        if (header != null) return new RedactConfig.Rule.Header(header, with);
        if (query != null) return new RedactConfig.Rule.Query(query, with);
        if (json != null) return at(json, with, rule);
        return file == null ? null : new RedactConfig.Rule.SecretFile(file, with);
    }

    private static RedactConfig.@Nullable Rule at(RecordPath path, How with, Bound rule) {
        try {
            path.check(with);
            return new RedactConfig.Rule.Json(path, with);
        } catch (IllegalArgumentException unfit) {
            rule.error(JSON, String.valueOf(unfit.getMessage()));
            return null;
        }
    }

    private static Shape<RecordPath> path() {
        return Scalars.scalar("a path such as $.metadata.reason, $.metadata.act[*] or $..reason", "\\$.+", text -> {
            try {
                return RecordPath.parse(text);
            } catch (IllegalArgumentException malformed) {
                throw new BadValueException(String.valueOf(malformed.getMessage()));
            }
        });
    }

    private static Map<String, How> ways() {
        Map<String, How> words = new LinkedHashMap<>();
        words.put("mask", How.MASK);
        words.put("remove", How.REMOVE);
        words.put("hash", How.HASH);
        return words;
    }
}
