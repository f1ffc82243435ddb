package dev.pavise.proxy.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.ConfigText;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Reading;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a file of cases for {@code pavise policy test}, as strictly as a configuration. */
public final class PolicyCases {
    private static final Key<String> NAME =
            Key.required("name", Scalars.text("a name on one line"), "what the result is called");
    private static final Key<PolicyCase.Request> REQUEST = Key.required("request", request(), "what is sent");
    private static final Key<PolicyCase.Identity> IDENTITY = Key.required("identity", identity(), "who sends it");
    private static final Key<PolicyCase.Expect> EXPECT = Key.required("expect", expect(), "what must come of it");

    private static final Section<PolicyCase> CASE = Section.of(
            List.of(NAME, REQUEST, IDENTITY, EXPECT),
            each -> new PolicyCase(
                    each.get(NAME), each.get(REQUEST), each.get(IDENTITY), each.get(EXPECT), each.place()));
    private static final Key<List<PolicyCase>> CASES =
            Key.required("cases", Shapes.someOf(CASE, "a file without a case tests nothing"), "the cases");
    private static final Section<List<PolicyCase>> FILE = Section.of(List.of(CASES), PolicyCases::named);

    private PolicyCases() {}

    /** What came of reading a file. */
    public sealed interface Result {
        /** All of it could be read. */
        record Loaded(List<PolicyCase> cases) implements Result {}

        /** At least one error; nothing of the file should be believed. */
        record Invalid(List<ConfigError> errors) implements Result {}
    }

    /** Reads a file, taking {@code ${VAR}} from the given environment. */
    public static Result load(Path file, EnvironmentLookup environment) {
        Reading reading = new Reading(file, environment, ConfigLoader.READER, Map.of());
        List<PolicyCase> cases = ConfigText.read(file, FILE, "one case", reading);
        return cases == null || reading.failed()
                ? new Result.Invalid(reading.errors(ConfigLoader.MOST_ERRORS))
                : new Result.Loaded(List.copyOf(cases));
    }

    private static List<PolicyCase> named(Bound file) {
        Set<String> names = new HashSet<>();
        for (PolicyCase each : file.get(CASES)) {
            if (!names.add(each.name())) {
                file.reading().error(each.place(), "another case is called `" + each.name() + "` already");
            }
        }
        return file.get(CASES);
    }

    private static Section<PolicyCase.Request> request() {
        Key<String> method = Key.withDefault(
                "method", Scalars.matching("a method in upper case", "[A-Z][A-Z0-9-]{0,31}"), "GET", "of the request");
        Key<String> path = Key.required(
                "path",
                Scalars.matching("a path, and a query if any", "/[^\\x00-\\x20\\x7f]{0,8000}"),
                "with its query");
        Key<String> host =
                Key.optional("host", Scalars.text("a host"), "default: one that the configuration answers to");
        Key<Map<String, String>> headers = Key.optional(
                "headers",
                Shapes.named(Scalars.text("the name of a header"), Scalars.text("the value of a header")),
                "without credentials, which `identity` stands for");
        Key<String> address = Key.optional("address", Scalars.text("an address"), "of the client");
        Key<String> time = Key.optional("time", Scalars.text("a time in RFC 3339"), "default: now");
        return Section.of(
                List.of(method, path, host, headers, address, time),
                each -> new PolicyCase.Request(
                        each.get(method),
                        each.get(path),
                        each.find(host),
                        orEmpty(each.find(headers)),
                        each.find(address),
                        each.find(time)));
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> headers) {
        return headers == null ? new LinkedHashMap<>() : headers;
    }

    private static Section<PolicyCase.Identity> identity() {
        Key<String> principal = Key.optional(
                "principal",
                Scalars.matching("operator, none, cert:<name> or key:<name>", "operator|none|(cert|key):.{1,255}"),
                "whose credential it is");
        Key<List<String>> permissions = Key.optional(
                "permissions", Shapes.list(Scalars.text("a permission")), "those that a key was made with");
        Key<Map<String, Object>> claims = Key.optional("claims", PlainValue.mapping(), "those of a token");
        Key<String> issuer = Key.optional("issuer", Scalars.text("the name of an issuer"), "of the token");
        Key<String> certificate =
                Key.optional("certificate", Scalars.text("a name"), "in a client certificate beside the credential");
        return Section.of(List.of(principal, permissions, claims, issuer, certificate), each -> {
            if (each.mentions(principal) == each.mentions(claims)) {
                each.error("needs exactly one of `principal` and `claims`");
            }
            List<String> given = each.find(permissions);
            return new PolicyCase.Identity(
                    each.find(principal),
                    given == null ? List.of() : given,
                    each.find(claims),
                    each.find(issuer),
                    each.find(certificate));
        });
    }

    private static Section<PolicyCase.Expect> expect() {
        Key<Boolean> allowed = Key.required("allowed", Scalars.bool(), "whether the request passes");
        Key<Boolean> wouldDeny = Key.optional(
                "would_deny",
                Scalars.bool(),
                "whether it passes only as the route denies nothing (enforce: audit-only)");
        Key<String> route = Key.optional("route", Scalars.text("the name of a route"), "which route decides");
        Key<String> code = Key.optional("code", Scalars.text("a code"), "of the refusal, as in docs/refusals.md");
        Key<String> reason = Key.optional("reason", Scalars.text("a text"), "a part of what is told of it");
        return Section.of(
                List.of(allowed, wouldDeny, route, code, reason),
                each -> new PolicyCase.Expect(
                        each.get(allowed), each.find(wouldDeny), each.find(route), each.find(code), each.find(reason)));
    }
}
