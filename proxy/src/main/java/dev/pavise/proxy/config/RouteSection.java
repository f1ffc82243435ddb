package dev.pavise.proxy.config;

import dev.pavise.policy.Facts;
import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Cursor;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Nearest;
import dev.pavise.policy.config.Reading;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import dev.pavise.policy.config.YamlNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code routes}. */
final class RouteSection {

    private static final Key<String> HOST =
            Key.optional("host", Addresses.hostPattern(), "a name, or *.name for one label; default: any");
    private static final Key<String> PATH = Key.required(
            "path",
            Scalars.matching("a path template such as /agents/{id}/logs or /agents/**", "/[!-\"$->@-~]{0,2000}"),
            "which paths: literal, {name} for one segment, ** for the rest");
    private static final Key<List<String>> METHODS = Key.optional(
            "methods",
            Shapes.someOf(
                    Scalars.matching("a method in upper case, such as GET", "[A-Z][A-Z0-9!#$%&'*+.^_`|~-]{0,31}"),
                    "leave it out for any"),
            "which methods; default: any");
    private static final Key<Map<String, String>> HEADERS = Key.optional(
            "headers",
            Shapes.named(headerName(), Scalars.text("the exact value of a header")),
            "headers that must be there with exactly these values");

    private static final Key<RouteConfig.Match> MATCH = Key.required(
            "match", Section.of(List.of(HOST, PATH, METHODS, HEADERS), RouteSection::match), "which requests");
    private static final Key<String> NAME = Key.optional(
            "name",
            Scalars.matching("a name on one line", "[^\\x00-\\x1f\\x7f]{1,200}"),
            "what logs and audit records call it; default: made of methods, host and path");
    private static final Key<String> PERMISSION = Key.required(
            "permission",
            Scalars.matching("a permission such as agent:list", "[^\\s\\x00-\\x1f\\x7f]{1,256}"),
            "what the caller must be allowed, as resource:action");
    private static final Key<String> UPSTREAM =
            Key.required("upstream", UpstreamSection.NAME, "where the request goes");
    private static final Key<String> LIMIT = Key.optional("limit", Scalars.rate(), "for each principal on this route");
    private static final Key<Duration> TIMEOUT = Key.optional(
            "timeout", Scalars.duration("1ms", "24h"), "until the answer's head; default: limits.request_timeout");
    private static final Key<ByteSize> SIZE =
            Key.optional("size", Scalars.size("0", "16TiB"), "the largest body; default: limits.body");
    private static final Key<Body> BODY = Key.optional(
            "body", Section.of(List.of(SIZE), Set.of("schema"), body -> new Body(body.find(SIZE))), "of requests");
    private static final Key<Boolean> PASS_CREDENTIAL = Key.withDefault(
            "pass_credential", Scalars.bool(), "false", "whether the caller's credential goes on to the upstream");

    private static final Key<OpaConfig> OPA = Key.optional(
            "opa", OpaSection.SECTION, "a decision point outside that must agree; default: nobody is asked");

    private static final Key<String> WHEN = Key.optional(
            "when",
            condition(),
            "what must hold besides the permission, over request, identity and route; docs/conditions.md");
    private static final Key<RouteConfig.Enforce> ENFORCE = Key.withDefault(
            "enforce",
            Scalars.choice(words()),
            "\"on\"",
            "audit-only lets pass and records what permission, when and opa would deny; never identity or limits");

    private static final Key<RouteConfig.Audit> AUDIT = Key.optional(
            "audit", RouteAuditSection.SECTION, "what it asks of the audit log beyond audit; default: nothing");

    static final Section<RouteConfig> SECTION = Section.of(
            List.of(
                    NAME,
                    MATCH,
                    PERMISSION,
                    UPSTREAM,
                    LIMIT,
                    TIMEOUT,
                    BODY,
                    PASS_CREDENTIAL,
                    OPA,
                    WHEN,
                    ENFORCE,
                    AUDIT),
            Set.of("mcp", "inject"),
            RouteSection::make);

    private record Body(@Nullable ByteSize size) {}

    private RouteSection() {}

    /** Checks what routes say of each other and of upstreams, and makes names for those that have none. */
    static List<RouteConfig> settle(
            List<RouteConfig> routes, Set<String> upstreams, AuditConfig audit, Reading reading) {
        Set<String> names = new HashSet<>();
        return routes.stream()
                .map(route -> {
                    checkUpstream(route, upstreams, reading);
                    RouteAuditSection.check(route, audit, reading);
                    String name = route.name().isEmpty() ? made(route.match(), names) : route.name();
                    if (!names.add(name))
                        reading.error(route.place(), "another route is called `" + name + "` already");
                    return route.named(name);
                })
                .toList();
    }

    private static void checkUpstream(RouteConfig route, Set<String> upstreams, Reading reading) {
        if (upstreams.contains(route.upstream())) return;
        String nearest = Nearest.to(route.upstream(), upstreams)
                .map(near -> "; did you mean `" + near + "`?")
                .orElse("");
        reading.error(route.place(), "goes to an upstream that is not there, `" + route.upstream() + "`" + nearest);
    }

    private static String made(RouteConfig.Match match, Set<String> taken) {
        String methods = match.methods().isEmpty() ? "" : String.join("|", match.methods()) + " ";
        String base = methods + (match.host() == null ? "" : match.host()) + match.path();
        String name = base;
        for (int i = 2; taken.contains(name); i++) name = base + " #" + i;
        return name;
    }

    private static RouteConfig make(Bound route) {
        String name = route.find(NAME);
        Body body = route.find(BODY);
        return new RouteConfig(
                name == null ? "" : name,
                route.get(MATCH),
                route.get(PERMISSION),
                route.get(UPSTREAM),
                route.find(LIMIT),
                route.find(TIMEOUT),
                body == null ? null : body.size(),
                route.get(PASS_CREDENTIAL),
                route.find(OPA),
                when(route),
                route.get(ENFORCE),
                route.find(AUDIT),
                route.place());
    }

    private static RouteConfig.@Nullable When when(Bound route) {
        String expression = route.find(WHEN);
        Cursor cursor = route.cursor(WHEN);
        return expression == null || cursor == null
                ? null
                : new RouteConfig.When(expression, route.reading().place(cursor));
    }

    /** Records name the parts of a condition that failed, so nothing may come into it from where secrets are. */
    static Shape<String> condition() {
        Shape<String> text = Scalars.matching(
                "a condition in the Common Expression Language", "[^\\x00-\\x08\\x0b-\\x1f\\x7f]{1,4096}");
        return new Shape<>() {
            @Override
            public @Nullable String read(Cursor at, Reading reading) {
                if (!(at.node() instanceof YamlNode.Scalar scalar)
                        || !scalar.text().contains("${")) {
                    return text.read(at, reading);
                }
                reading.error(at, "references (`${`) are not read in conditions, as records tell of their text");
                return null;
            }

            @Override
            public Map<String, Object> schema() {
                return text.schema();
            }
        };
    }

    private static Map<String, RouteConfig.Enforce> words() {
        Map<String, RouteConfig.Enforce> words = new LinkedHashMap<>();
        for (RouteConfig.Enforce enforce : RouteConfig.Enforce.values()) words.put(enforce.word(), enforce);
        return words;
    }

    private static RouteConfig.Match match(Bound match) {
        Map<String, String> headers = match.find(HEADERS);
        if (headers != null && headers.isEmpty()) match.error(HEADERS, "is empty; leave it out for any");
        List<String> methods = match.find(METHODS);
        return new RouteConfig.Match(
                match.find(HOST),
                match.get(PATH),
                methods == null ? List.of() : methods,
                headers == null ? new LinkedHashMap<>() : headers);
    }

    private static Shape<String> headerName() {
        return Scalars.scalar(
                "the name of a header that is no credential", "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}", text -> {
                    String name = Objects.requireNonNull(text.toLowerCase(Locale.ROOT));
                    if (!name.matches("[!#$%&'*+.^_`|~0-9a-z-]{1,100}")) throw new BadValueException("");
                    if (Facts.CREDENTIALS.contains(name))
                        throw new BadValueException("credentials are judged before routes are");
                    return name;
                });
    }
}
