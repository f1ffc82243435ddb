package dev.pavise.proxy.config;

import static dev.pavise.proxy.config.WrongConfig.UPSTREAM;
import static dev.pavise.proxy.config.WrongConfig.of;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ConfigError;
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

/** What is refused of a configuration as a whole, where, and in which words. */
final class ConfigErrorsTest {
    @TempDir
    private Path temporary;

    private ConfigFolder folder = new ConfigFolder(Path.of("unset"));

    @BeforeEach
    void fillFolder() {
        folder = WrongConfig.folder(temporary);
    }

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
                of("tls: {cipher_suites: [TLS_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]}", "names a suite twice"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refuses(String yaml, List<String> expected) {
        WrongConfig.assertRefused(folder, yaml, expected);
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
}
