package dev.pavise.proxy.config;

import static dev.pavise.proxy.config.WrongConfig.of;
import static dev.pavise.proxy.config.WrongConfig.route;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused of upstreams, routes and the audit trail, where, and in which words. */
final class ConfigRouteErrorsTest {
    @TempDir
    private Path temporary;

    private ConfigFolder folder = new ConfigFolder(Path.of("unset"));

    @BeforeEach
    void fillFolder() {
        folder = WrongConfig.folder(temporary);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
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

    @ParameterizedTest
    @MethodSource("wrong")
    void refuses(String yaml, List<String> expected) {
        WrongConfig.assertRefused(folder, yaml, expected);
    }
}
