package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ConfigError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, where, and in which words. */
final class ConfigErrorsTest {

    private static final String UPSTREAM = "upstreams: {u: {url: 'http://h'}}\n";

    @TempDir
    private Path temporary;

    private ConfigFolder folder = new ConfigFolder(Path.of("unset"));

    @BeforeEach
    void fillFolder() {
        folder = new ConfigFolder(temporary).withFiles("a.pem", "b.pem");
    }

    /** A file, and the one error it has. */
    static Stream<Arguments> wrong() {
        return Stream.of(
                // Keys
                of("limts: {}", "1:1 limts: is not a known key; did you mean `limits`? known here: listen, hosts,"),
                of(
                        "limits:\n  idle-timeout: 1s",
                        "2:3 limits.idle-timeout: is not a known key; did you mean `idle_timeout`?"),
                of("limits: {body: 1, body: 2}", "1:19 limits.body: stands here twice; keep one"),
                of("upstreams: {u: {url: 'http://h'}, u: {url: 'http://h'}}", "1:35 upstreams.u: stands here twice"),
                of("? [a]\n: b", "1:3 ?: a key is a text, not a list"),
                of(
                        "a: &x {}\nlimits: {<<: *x}",
                        "1:1 a: is not a known key",
                        "2:10 limits.<<: merge keys (`<<`) are not part of YAML 1.2"),
                of("hosts: {}", "1:8 hosts: found a mapping; expected a list"),
                of("limits: []", "1:9 limits: found a list; expected a mapping with: per_principal,"),
                of("limits:", "1:8 limits: found nothing; expected a mapping"),
                of("- a", "1:1 : found a list; expected a mapping with: listen,"),
                of("plain", "1:1 : found `plain`; expected a mapping"),
                // Values
                of(
                        "limits: {body: ten}",
                        "1:16 limits.body: found `ten`; expected a size from 0 to 16TiB, such as 8KiB"),
                of("limits: {body: 10mb}", "1:16 limits.body: found `10mb`"),
                of("limits: {body: -1}", "1:16 limits.body: found `-1`"),
                of("limits: {body: 99999999999999TiB}", "1:16 limits.body: found `99999999999999TiB`"),
                of("limits: {body: [1]}", "1:16 limits.body: found a list; expected a size"),
                of("limits: {body: }", "limits.body: is empty; give a size"),
                of("limits: {body: null}", "limits.body: is empty"),
                of("limits: {headers: 0}", "1:19 limits.headers: found `0`; expected a size from 256B to 1MiB"),
                of(
                        "limits: {idle_timeout: 30}",
                        "1:24 limits.idle_timeout: found `30`; expected a duration from 1ms to 24h, such as 500ms"),
                of("limits: {idle_timeout: 0s}", "found `0s`; expected a duration from 1ms"),
                of("limits: {idle_timeout: 999999999999d}", "expected a duration"),
                of(
                        "limits: {connections: 0}",
                        "1:23 limits.connections: found `0`; expected a whole number from 1 to 1000000"),
                of("limits: {connections: 1e3}", "found `1e3`; expected a whole number"),
                of("limits: {connections: 010}", "found `010`; expected a whole number"),
                of("limits: {connections: 99999999999999999999}", "expected a whole number"),
                of(
                        "limits: {per_principal: fast}",
                        "1:25 limits.per_principal: found `fast`; expected a rate such as 100/minute"),
                of("limits: {per_principal: 1/fortnight}", "expected a rate"),
                of("identity: {log_generated_token: yes}", "found `yes`; expected true or false"),
                of("identity: {session_timeout: 0s}", "identity.session_timeout: found `0s`"),
                of("identity: {api_keys: {prefix: pav}}", "identity.api_keys.prefix: found `pav`"),
                of("identity: {api_keys: {also_accept: [Cax_]}}", "identity.api_keys.also_accept[0]: found `Cax_`"),
                of("identity: {api_keys: {max_age: 0s}}", "identity.api_keys.max_age: found `0s`"),
                of("identity: {api_keys: {max: -1}}", "identity.api_keys.max: found `-1`"),
                of("audit: {retention: {days: 0}}", "audit.retention.days: found `0`; expected a whole number from 1"),
                of("audit: {retention: {max_size: 1MiB}}", "audit.retention.max_size: found `1MiB`; expected a size"),
                of("audit: {retention: {age: 90d}}", "audit.retention.age"),
                of("audit: {low_water: 0}", "audit.low_water: found `0`; expected a size from 1MiB"),
                of("audit: {durability: disc}", "found `disc`; expected one of: process, disk (did you mean `disk`?)"),
                of("hosts: ['http://x']", "1:9 hosts[0]: found `http://x`; expected a host name without port"),
                of("hosts: ['x:443']", "hosts[0]: found `x:443`"),
                of("hosts: ['*']", "hosts[0]: found `*`"),
                of("hosts: ['*.*.x']", "hosts[0]: found `*.*.x`"),
                of("hosts: ['*.10.0.0.1']", "an address has no labels"),
                of("hosts: ['10.0.0.256']", "hosts[0]: found `10.0.0.256`"),
                of("hosts: ['münchen.example']", "names beyond ASCII are written in their xn-- form"),
                of("origins: ['*']", "origins[0]: found `*`; expected an origin such as"),
                of("origins: ['https://x/']", "origins[0]: found `https://x/`"),
                of("origins: ['null']", "origins[0]: found `null`"),
                of("trusted_proxies: [10.0.0.1/8]", "bits are set behind it"),
                of("trusted_proxies: [10.0.0.1]", "expected a range of addresses such as 10.0.0.0/8"),
                of("trusted_proxies: [10.0.0.0/33]", "the prefix is too long"),
                of("data_dir: ''", "data_dir: found ``; expected a folder"),
                // Addresses to listen at
                of("listen: {https: ':8443'}", "1:17 listen.https: found `:8443`; expected host:port"),
                of("listen: {https: 'localhost:99999'}", "a port lies between 0 and 65535"),
                of("listen: {https: '::1:8443'}", "found `::1:8443`"),
                of("listen: {https: []}", "listen.https: is an empty list; name one, or remove the key"),
                of("listen: {https: [{client_auth: none}]}", "listen.https[0]: `address` is missing"),
                of(
                        "listen: {https: '0.0.0.0:8443'}",
                        "1:9 listen: `0.0.0.0:8443` can be reached from other machines, which needs tls.cert and tls.key"),
                of("listen: {metrics: '10.0.0.1:1'}", "`10.0.0.1:1` can be reached from other machines"),
                of("listen: {management: 'internal:1'}", "`internal:1` can be reached from other machines"),
                of("listen: {metrics: '127.0.0.1:8443'}", "metrics and https are both at `127.0.0.1:8443`"),
                of(
                        "listen: {https: [{address: 'localhost:1', client_auth: required}]}",
                        "1:18 listen.https[0]: asks for client certificates, which needs tls.client_ca"),
                of("listen: {transport: kqueue}", "expected one of: auto, epoll, io_uring, nio"),
                // TLS
                of("tls: {cert: a.pem}", "1:13 tls.cert: needs `key` beside it"),
                of("tls: {key: a.pem}", "1:12 tls.key: needs `cert` beside it"),
                of(
                        "tls: {cert: none.pem, key: a.pem}",
                        "tls.cert: found `none.pem`; expected a PEM file (there is no such file)"),
                of("tls: {client_crl: a.pem}", "tls.client_crl: needs `client_ca` beside it"),
                of(
                        "tls: {client_auth: required}",
                        "tls.client_auth: asks for client certificates, which needs `client_ca`"),
                of(
                        "tls: {client_ca: a.pem, client_auth: none}",
                        "`client_ca` is set, and no door asks for client certificates"),
                of("tls: {min_version: '1.1'}", "tls.min_version: found `1.1`; expected one of: 1.3, 1.2"),
                of("tls: {cipher_suites: []}", "tls.cipher_suites: is an empty list"),
                of("tls: {cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]}", "expected one of: TLS_AES_128_GCM_SHA256,"),
                of("tls: {min_version: '1.2', cipher_suites: [TLS_AES_128_GCM_SHA256]}", "names none of TLS 1.2"),
                of(
                        "tls: {cipher_suites: [TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]}",
                        "names one of TLS 1.2, which needs min_version"),
                of("tls: {cipher_suites: [TLS_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]}", "names a suite twice"),
                // Identity
                of(
                        "identity: {operator_token: short}",
                        "1:28 identity.operator_token: expected a secret of at least 16 bytes (it is shorter)"),
                issuer("{}", "identity.issuers[0]: `name` is missing"),
                issuer("{name: a}", "identity.issuers[0]: needs one of `jwks_url`, `discovery: true`, `jwks_file`,"),
                issuer(
                        "{name: a, secret: 'only thirty-one bytes long, so.'}",
                        "secret: expected a secret of at least 32 bytes"),
                issuer("{name: 'a:b', secret: '0123456789abcdef0123456789abcdef'}", "name: found `a:b`"),
                issuer(
                        "{name: a, secret: '0123456789abcdef0123456789abcdef', algorithms: [RS256]}",
                        "with a `secret` the algorithm is HS256 alone"),
                issuer(
                        "{name: a, issuer: i, audience: x, algorithms: [HS256], public_key: a.pem}",
                        "HS256 needs a `secret`"),
                issuer(
                        "{name: a, issuer: i, audience: x, algorithms: [none], public_key: a.pem}",
                        "expected one of: RS256,"),
                issuer("{name: a, issuer: i, audience: x, algorithms: [], public_key: a.pem}", "is an empty list"),
                issuer(
                        "{name: a, issuer: i, audience: [], algorithms: [ES256], public_key: a.pem}",
                        "audience: is an empty list"),
                issuer("{name: a, issuer: i, audience: x, public_key: a.pem}", "`algorithms` is missing"),
                issuer("{name: a, issuer: i, algorithms: [ES256], public_key: a.pem}", "`audience` is missing"),
                issuer("{name: a, audience: x, algorithms: [ES256], public_key: a.pem}", "`issuer` is missing"),
                issuer(
                        "{name: a, issuer: i, audience: x, algorithms: [ES256], public_key: a.pem, jwks_file: a.pem}",
                        "has more than one of"),
                issuer(
                        "{name: a, secret: '0123456789abcdef0123456789abcdef', jwks_url: 'https://x'}",
                        "has more than one of"),
                remote("jwks_url: 'https://x', discovery: true", "has more than one of"),
                remote("jwks_url: 'http://x'", "jwks_url: found `http://x`; expected an https URL"),
                remote("jwks_url: 'https://'", "jwks_url: found `https://`"),
                remote("jwks_url: 'https://a:b@x/'", "credentials do not belong in a URL"),
                remote("jwks_url: 'https://x/#a'", "it is not an https URL without a fragment"),
                remote("jwks_url: 'https://x:0/'", "a port lies between 1 and 65535"),
                remote("jwks_url: 'https://x/a b'", "its path or query is malformed"),
                remote("jwks_url: 'https://a_b/'", "its host is no host of a URL"),
                remote("jwks_url: 'https://x', jwks_hosts: [y]", "jwks_hosts: means nothing without `discovery: true`"),
                remote("jwks_url: 'https://x', refresh: 0s", "refresh: found `0s`"),
                remote("jwks_url: 'https://x', refresh: 2h, keep: 1h", "keep: `keep` is shorter than `refresh`"),
                remote("jwks_url: 'https://x', ca: missing.pem", "ca: found `missing.pem`"),
                remote("discovery: true", "issuer: with `discovery` this is an https URL without a query"),
                remote("discovery: true, jwks_hosts: []", "with `discovery` this is an https URL", "is an empty list"),
                remote("discovery: perhaps", "discovery: found `perhaps`"),
                remote("public_key: a.pem, keep: 1h", "keep: means nothing without `jwks_url` or `discovery: true`"),
                remote("public_key: a.pem, ca: a.pem", "ca: means nothing without"),
                remote("discovery: false", "needs one of `jwks_url`"),
                of("identity: {resource: 'http://x'}", "resource: found `http://x`; expected an https origin"),
                of("identity: {resource: 'https://x/path'}", "resource: found `https://x/path`"),
                issuer(
                        "{name: a, secret: '0123456789abcdef0123456789abcdef', leeway: 6m}",
                        "leeway: found `6m`; expected a duration from 0s to 5m"),
                issuer(
                        "{name: a, secret: '0123456789abcdef0123456789abcdef'}, {name: a, secret: '0123456789abcdef0123456789abcdef'}",
                        "identity.issuers[1]: another issuer is called `a` already"),
                // Roles and bindings
                of(
                        "roles: [{name: a, permissions: []}, {name: a, permissions: []}]",
                        "1:37 roles[1]: role `a` is there twice"),
                of("roles: {admin: {permissions: ['agent:list']}}", "role `admin` is built in and allows everything"),
                of("roles: {a: {}}", "roles.a: `permissions` is missing"),
                of("roles: {a: {permissions: ['x y']}}", "roles.a.permissions[0]: found `x y`"),
                of(
                        "roles: []\nroles_file: a.pem",
                        "2:13 roles_file: stands beside `roles`",
                        "found `there`; expected a mapping with: roles, bindings"),
                of("bindings: [{principal: a, roles: [b]}]", "1:12 bindings[0]: names a role that is not defined, `b`"),
                of(
                        "roles: {viewer: {permissions: []}}\nbindings: [{principal: a, roles: [veiwer]}]",
                        "did you mean `viewer`?"),
                of("bindings: [{roles: [admin]}]", "1:12 bindings[0]: needs one of `principal` and `group`"),
                of("bindings: [{principal: a, group: b, roles: [admin]}]", "needs one of `principal` and `group`"),
                of("bindings: [{principal: a, roles: []}]", "bindings[0].roles: is an empty list; name at least one"),
                // Upstreams
                of("upstreams: {u: {}}", "1:16 upstreams.u: needs one of `url` and `urls`"),
                of("upstreams: {u: {url: 'http://h', urls: ['http://g']}}", "needs one of `url` and `urls`"),
                of("upstreams: {u: {urls: []}}", "upstreams.u.urls: is an empty list"),
                of("upstreams: {u: {urls: ['http://h', 'http://h:80']}}", "names a URL twice"),
                of("upstreams: {u: {urls: ['http://h', 'https://h']}}", "mixes http and https"),
                of("upstreams: {u: {url: 'http://h/base'}}", "a base path, query or fragment is not supported"),
                of("upstreams: {u: {url: 'http://h?q'}}", "a base path, query or fragment is not supported"),
                of("upstreams: {u: {url: 'http://user@h'}}", "credentials do not belong in a URL"),
                of("upstreams: {u: {url: 'ftp://h'}}", "expected a URL such as"),
                of("upstreams: {u: {url: 'http://h:0'}}", "a port lies between 1 and 65535"),
                of("upstreams: {u: {url: 'http://'}}", "upstreams.u.url: found `http://`"),
                of("upstreams: {u: {url: 'http://h', ca: a.pem}}", "upstreams.u.ca: has no effect on an http URL"),
                of("upstreams: {u: {url: 'https://h', cert: a.pem}}", "upstreams.u.cert: needs `key` beside it"),
                of("upstreams: {u: {url: 'http://h', max_connections: 0}}", "max_connections: found `0`"),
                of("upstreams: {u: {url: 'http://h', health: {}}}", "upstreams.u.health: `path` is missing"),
                of("upstreams: {u: {url: 'http://h', health: {path: x}}}", "health.path: found `x`"),
                of("upstreams: {'a b': {url: 'http://h'}}", "upstreams: found `a b`; expected a name"),
                of("upstreams: {'${X}': {url: 'http://h'}}", "references are read in values, not in names"),
                // Routes
                route(
                        "{match: {path: /x}, upstream: u}",
                        "2:11 routes[0]: `permission` is missing: what the caller must be allowed"),
                route(
                        "{match: {path: /x}, permission: '', upstream: u}",
                        "permission: found ``; expected a permission"),
                route("{match: {path: /x}, permission: null, upstream: u}", "permission: is empty"),
                route(
                        "{match: {path: /x}, permission: 'a:b', upstream: v}",
                        "2:11 routes[0]: goes to an upstream that is not there, `v`; did you mean `u`?"),
                route("{match: {path: /x}, permission: 'a:b'}", "`upstream` is missing"),
                route("{permission: 'a:b', upstream: u}", "`match` is missing"),
                route("{match: {}, permission: 'a:b', upstream: u}", "routes[0].match: `path` is missing"),
                route(
                        "{match: {path: x}, permission: 'a:b', upstream: u}",
                        "match.path: found `x`; expected a path template"),
                route("{match: {path: '/x?y'}, permission: 'a:b', upstream: u}", "match.path: found `/x?y`"),
                route(
                        "{match: {path: /x, methods: [get]}, permission: 'a:b', upstream: u}",
                        "found `get`; expected a method in upper case"),
                route(
                        "{match: {path: /x, methods: []}, permission: 'a:b', upstream: u}",
                        "is an empty list; leave it out for any"),
                route(
                        "{match: {path: /x, headers: {}}, permission: 'a:b', upstream: u}",
                        "headers: is empty; leave it out for any"),
                route(
                        "{match: {path: /x, headers: {Authorization: x}}, permission: 'a:b', upstream: u}",
                        "credentials are judged before routes are"),
                route(
                        "{match: {path: /x, headers: {'a b': x}}, permission: 'a:b', upstream: u}",
                        "found `a b`; expected the name of a header"),
                route("{match: {path: /x}, permission: 'a:b', upstream: u, limit: 1/x}", "limit: found `1/x`"),
                route(
                        "{name: n, match: {path: /x}, permission: 'a:b', upstream: u}, {name: n, match: {path: /y}, permission: 'a:b', upstream: u}",
                        "routes[1]: another route is called `n` already"),
                route("{match: {path: /x}, permission: 'a:b', upstream: u, timeout: 0s}", "timeout: found `0s`"),
                route(
                        "{match: {path: /x}, permission: 'a:b', upstream: u, audit: {durability: process}}]\naudit: {durability: disk}\nhosts: [h",
                        "routes[0]: `audit.durability: process` is less than `audit.durability: disk` of all"),
                route(
                        "{match: {path: /x}, permission: 'a:b', upstream: u, audit: {low_water: 255MiB}}",
                        "routes[0]: `audit.low_water: 255MiB` is less than `audit.low_water: 256MiB` of all"),
                route(
                        "{match: {path: /x}, permission: 'a:b', upstream: u, audit: {durability: none}}",
                        "audit.durability: found `none`"),
                route(
                        "{match: {path: /x}, permission: 'a:b', upstream: u, audit: {enabled: false}}",
                        "audit.enabled: is not a known key"),
                // Audit
                of("audit: {dir: a, key: a/k}", "1:8 audit: `key` lies in the audit folder"),
                of("audit: {dir: a, anchor: a/../a/x}", "`anchor` lies in the audit folder"),
                of("audit: {dir: a, mirror: a}", "`mirror` lies in the audit folder"),
                of("audit: {ship: {}}", "audit.ship: `kafka` is missing"),
                of("audit: {ship: {kafka: {topic: t}}}", "audit.ship.kafka: `servers` is missing"),
                of("audit: {ship: {kafka: {servers: [], topic: t}}}", "audit.ship.kafka.servers: "),
                of("audit: {ship: {kafka: {servers: ['k:0'], topic: t}}}", "names a broker at port 0"),
                of("audit: {ship: {kafka: {servers: ['k:1'], topic: ..}}}", "audit.ship.kafka.topic: found `..`"),
                of("audit: {ship: {kafka: {servers: ['k:1'], topic: t, format: cef}}}", "expected one of: json, ocsf"),
                of("audit: {ship: {kafka: {servers: ['k:1'], topic: t, batch: 1B}}}", "batch: found `1B`"),
                of("audit: {ship: {kafka: {servers: ['k:1'], topic: t, sasl: x}}}", "is not a known key"),
                of("audit: {ship: {kafka: {servers: ['k:1'], topic: t, tls: false, ca: a.pem}}}", "has no effect"),
                of("audit: {ship: {kafka: {servers: ['k:1'], topic: t, cert: a.pem}}}", "needs its other half"),
                of("audit: {ship: {kafka: {servers: ['k:1'], topic: t, cert: none.pem, key: a.pem}}}", "none.pem"),
                of(
                        "audit: {dir: a, ship: {kafka: {servers: ['k:1'], topic: t}, position: a/p}}",
                        "`ship.position` lies in the audit folder"),
                of("audit: {dir: .}", "`key` lies in the audit folder", "`anchor` lies in the audit folder"));
    }

    private static Arguments of(String yaml, String... errors) {
        return Arguments.of(yaml, List.of(errors));
    }

    private static Arguments issuer(String issuer, String error) {
        return of("identity: {issuers: [" + issuer + "]}", error);
    }

    private static Arguments remote(String keys, String... errors) {
        return of(
                "identity: {issuers: [{name: a, issuer: i, audience: x, algorithms: [ES256], " + keys + "}]}", errors);
    }

    private static Arguments route(String route, String error) {
        return of(UPSTREAM + "routes: [ " + route + "]", error);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refuses(String yaml, List<String> expected) {
        List<String> shown = folder.shown(yaml);
        assertEquals(expected.size(), shown.size(), shown.toString());
        for (int i = 0; i < expected.size(); i++) {
            assertTrue(shown.get(i).contains(expected.get(i)), shown.get(i));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "agents: {}",
                "cluster: {}",
                "secrets: {}",
                "telemetry: {}",
                "security: {}",
                "api: {}",
                "identity: {oidc: x}",
                UPSTREAM + "routes: [{match: {path: /x}, permission: 'a:b', upstream: u, mcp: true}]",
                UPSTREAM + "routes: [{match: {path: /x}, permission: 'a:b', upstream: u, inject: {}}]",
                UPSTREAM + "routes: [{match: {path: /x}, permission: 'a:b', upstream: u, body: {schema: x}}]",
                "data_dir: '${vault:secret/x#y}'"
            })
    void refusesWhatIsNotBuilt(String yaml) {
        List<String> shown = folder.shown(yaml);
        assertEquals(1, shown.size(), shown.toString());
        assertTrue(shown.getFirst().contains("is not built yet"), shown.toString());
    }

    @Test
    void takesNoReferenceIntoACondition() {
        List<String> shown = folder.shown(
                UPSTREAM
                        + "routes: [{match: {path: /x}, permission: 'a:b', upstream: u, when: \"request.path == '${file:x}'\"}]");
        assertEquals(1, shown.size(), shown.toString());
        assertTrue(shown.getFirst().contains("routes[0].when: references"), shown.toString());
    }

    @Test
    void reportsEverythingAtOnceInTheOrderOfTheFile() {
        List<String> shown = folder.shown("""
                upstreams: {runtime: {url: "http://h", protocl: http2}}
                routes:
                  - {match: {path: "/x"}, permission: "a:b", upstream: runtime, mcp: true}
                  - {match: {path: "/y"}, upstream: runtmie}
                  - {match: {path: "/y"}, permission: "a:b", upstream: runtmie}
                limits: {connections: none, body: much}
                bindings: [{principal: p, roles: [nobody]}]
                """);
        List<String> fields =
                shown.stream().map(s -> s.substring(0, s.indexOf(": "))).toList();
        assertEquals(
                List.of(
                        "1:40 upstreams.runtime.protocl",
                        "3:65 routes[0].mcp",
                        "4:5 routes[1]",
                        "5:5 routes[2]",
                        "6:23 limits.connections",
                        "6:35 limits.body",
                        "7:12 bindings[0]"),
                fields);
    }

    @Test
    void listsNoMoreThanItsBound() {
        String yaml = "limits:\n" + "  x: 1\n".repeat(500);
        assertEquals(ConfigLoader.MOST_ERRORS, folder.errors(yaml).size());
    }

    @Test
    void namesTheRolesFileForItsErrors() {
        folder.write("roles.yaml", "roles:\n  - {name: a, permisions: []}\n");
        List<ConfigError> errors = folder.errors("roles_file: roles.yaml\nbindings: [{principal: p, roles: [a]}]");
        assertEquals(folder.path("roles.yaml"), errors.getFirst().place().file());
        assertTrue(
                errors.toString().contains("roles.yaml:2:15: roles[0].permisions: is not a known key"),
                errors.toString());
        assertFalse(errors.toString().contains("not defined"), errors.toString());
        folder.write("roles.yaml", "bindings: []");
        assertTrue(folder.shown("roles_file: roles.yaml").toString().contains("`roles` is missing"));
    }

    @Test
    void refusesTextThatIsNoYaml() {
        refusesWith("1:1 : is empty; the least it can hold", "");
        refusesWith("1:1 : is empty", "# only a comment\n");
        refusesWith("1:1 : is empty", "---\n...\n");
        refusesWith("holds more than one YAML document", "a: 1\n---\nb: 1\n");
        refusesWith("is not YAML", "limits:\n\tbody: 1\n");
        refusesWith("2:1", "limits:\n\tbody: 1\n");
        refusesWith("is not YAML", "limits: {body: 1\n");
        refusesWith("is not YAML", "a: b: c");
        refusesWith("holds a character that YAML does not allow", "a: \u0001");
        refusesWith("1:4 : uses the alias `x`, which no finished node", "a: *x");
        refusesWith("holds a tag", "limits: !!map {}");
        refusesWith("holds a tag", "data_dir: !java.net.URL [x]");
        refusesWith("is nested deeper", "a: " + "[".repeat(100_000));
        refusesWith("is larger than 1 MiB", "#" + "x".repeat(1 << 20));
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        for (byte[] bytes : List.of(
                new byte[] {'a', ':', ' ', (byte) 0xC3, '('},
                "hosts: []".getBytes(StandardCharsets.UTF_16),
                new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80})) {
            ConfigResult result = ConfigLoader.load(folder.write("pavise.yaml", bytes), name -> null);
            assertTrue(result.toString().contains("is not UTF-8 text"), result.toString());
        }
        byte[] marked = "\uFEFFhosts: []".getBytes(StandardCharsets.UTF_8);
        ConfigFolder.good(ConfigLoader.load(folder.write("pavise.yaml", marked), name -> null));
    }

    @Test
    void refusesFilesItCannotRead() {
        assertTrue(ConfigLoader.load(folder.path("none.yaml"), name -> null)
                .toString()
                .contains("does not exist"));
        assertTrue(ConfigLoader.load(temporary, name -> null).toString().contains("cannot be read"));
    }

    @Test
    void refusesAliasesThatGrowWithoutBound() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 9; i++) {
            String last = "*a" + (i - 1);
            bomb.append("a" + i + ": &a" + i + " [" + (last + ",").repeat(8) + last + "]\n");
        }
        refusesWith("nodes, aliases included", bomb.toString());
        refusesWith("which no finished node", "a: &a [*a]");
        ConfigFolder.good(folder.load("hosts: &h [a.example]\norigins: []\ntrusted_proxies: &t []"));
    }

    private void refusesWith(String expected, String yaml) {
        List<String> shown = folder.shown(yaml);
        assertEquals(1, shown.size(), shown.toString());
        assertTrue(shown.getFirst().contains(expected), shown.getFirst());
    }
}
