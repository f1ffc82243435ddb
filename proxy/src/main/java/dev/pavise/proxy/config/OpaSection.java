package dev.pavise.proxy.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Secret;
import dev.pavise.policy.config.Section;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Reads {@code opa} of a route. */
final class OpaSection {

    private static final Key<URI> URL = Key.required(
            "url", Addresses.decisionUrl(), "the decision, such as http://127.0.0.1:8181/v1/data/pavise/allow");
    private static final Key<Duration> TIMEOUT =
            Key.withDefault("timeout", Scalars.duration("1ms", "30s"), "500ms", "for a whole question and answer");
    private static final Key<Duration> CACHE = Key.withDefault(
            "cache",
            Scalars.duration("0s", "1h"),
            "0s",
            "how long an answer holds for an equal question; 0s: not at all");
    private static final Key<Path> CA = Key.optional(
            "ca",
            Scalars.file("a PEM file"),
            "authorities its certificate must come from; default: those of the system");
    private static final Key<Secret> TOKEN =
            Key.optional("token", Scalars.headerSecret(), "sent to it as a bearer token; better as ${file:...}");
    private static final Key<Integer> MAX_IN_FLIGHT = Key.withDefault(
            "max_in_flight",
            Scalars.integer(1, 10_000),
            "256",
            "questions under way at a time; requests beyond are refused");
    private static final Key<String> FAIL = Key.withDefault(
            "fail",
            Scalars.choice(List.of("closed")),
            "closed",
            "what becomes of a request without an answer: it is refused; there is no other choice");

    static final Section<OpaConfig> SECTION =
            Section.of(List.of(URL, TIMEOUT, CACHE, CA, TOKEN, MAX_IN_FLIGHT, FAIL), OpaSection::make);

    private OpaSection() {}

    private static OpaConfig make(Bound opa) {
        OpaConfig made = new OpaConfig(
                opa.get(URL), opa.get(TIMEOUT), opa.get(CACHE), opa.find(CA), opa.find(TOKEN), opa.get(MAX_IN_FLIGHT));
        if (opa.mentions(CA) && !made.secure()) {
            opa.error(CA, "has no effect on an http URL; use https, or remove it");
        }
        return made;
    }
}
