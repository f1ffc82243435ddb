package dev.pavise.k8s.compile;

import static dev.pavise.k8s.compile.Samples.BASE;
import static dev.pavise.k8s.compile.Samples.NAMESPACE;
import static dev.pavise.k8s.compile.Samples.resource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import dev.pavise.policy.config.ConfigText;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.Reading;
import dev.pavise.proxy.gate.Endpoint;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BoundsTest {
    private static Verdict judged(ResourceSettings settings, Resource resource) {
        Compiler compiler = new Compiler(settings, InstantSource.system());
        Compiled.Ready ready =
                assertInstanceOf(Compiled.Ready.class, compiler.compile(BASE, NAMESPACE, List.of(resource), Map.of()));
        return ready.verdicts().getFirst();
    }

    private static void refused(ResourceSettings settings, Resource resource, String field) {
        Verdict.Refused refused = assertInstanceOf(
                Verdict.Refused.class,
                judged(settings, resource),
                () -> resource.spec().toString());
        assertTrue(refused.why().startsWith(field), refused.why());
        assertFalse(refused.why().isBlank());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            # references, wherever they stand
            GATEWAY_ROUTE        | {match: {path: "/${HOME}"}, permission: "agent:list", upstream: app}                         | spec.match.path: holds a reference
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "${file:/etc/pavise/tls/tls.key}", upstream: app}          | spec.permission: holds a reference
            GATEWAY_ROUTE        | {match: {path: "/a", headers: {"${X}": a}}, permission: "agent:list", upstream: app}         | spec.match.headers: holds a reference
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "agent:list", upstream: app, name: "$${X}"}                | spec.name: holds a reference
            GATEWAY_ROUTE        | {match: {path: "/a", methods: ["${X}"]}, permission: "agent:list", upstream: app}            | spec.match.methods[0]: holds a reference
            AGENT                | {url: "http://${POD_IP}:9464"}                                                               | spec.url: holds a reference
            # permissions of the gateway itself, of the base's routes, and of everything
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "*", upstream: app}                                        | spec.permission
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "k8s:scale", upstream: app}                                | spec.permission
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "ops:use", upstream: app}                                  | spec.permission
            GATEWAY_ROLE         | {permissions: ["agent:list", "*"]}                                                           | spec.permissions[1]
            GATEWAY_ROLE         | {permissions: ["*:read"]}                                                                    | spec.permissions[0]
            GATEWAY_ROLE         | {permissions: ["auth:*"]}                                                                    | spec.permissions[0]
            GATEWAY_ROLE         | {permissions: ["config:write"]}                                                              | spec.permissions[0]
            GATEWAY_ROLE         | {permissions: ["k8s:scale"]}                                                                 | spec.permissions[0]
            GATEWAY_ROLE         | {permissions: ["ops:*"]}                                                                     | spec.permissions[0]
            GATEWAY_ROLE         | {permissions: ["tool:x"]}                                                                    | spec.permissions[0]
            GATEWAY_ROLE         | {permissions: ["nonsense"]}                                                                  | spec.permissions[0]: permission `nonsense` has no colon
            GATEWAY_ROLE         | {permissions: [1]}                                                                           | spec.permissions[0]
            GATEWAY_ROLE         | {}                                                                                           | ~~
            GATEWAY_ROLE_BINDING | {group: everyone, roles: [admin]}                                                            | spec.roles[0]
            GATEWAY_ROLE_BINDING | {group: everyone, roles: [sre]}                                                              | spec.roles[0]
            GATEWAY_ROLE_BINDING | {group: everyone, roles: [unknown]}                                                          | spec.roles[0]: there is no GatewayRole
            GATEWAY_ROLE_BINDING | {roles: [unknown]}                                                                           | spec.roles[0]
            # what the base keeps for itself
            GATEWAY_ROUTE        | {match: {path: "/operator/x"}, permission: "agent:list", upstream: app}                      | spec.match.path: overlaps
            GATEWAY_ROUTE        | {match: {path: "/**"}, permission: "agent:list", upstream: app}                              | spec.match.path: overlaps
            GATEWAY_ROUTE        | {match: {path: "/{x}/y"}, permission: "agent:list", upstream: app}                           | spec.match.path: overlaps
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "agent:list", upstream: billing}                           | spec.upstream
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "agent:list", upstream: nobody}                            | spec.upstream
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "agent:list", upstream: app, pass_credential: true}        | spec.pass_credential
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "agent:list", upstream: app, enforce: audit-only}          | spec.enforce
            GATEWAY_ROUTE        | {match: {path: "/v1/auth/keys"}, permission: "agent:list", upstream: app}                    | ~~
            GATEWAY_ROUTE        | {match: {path: "/health"}, permission: "agent:list", upstream: app}                          | ~~
            # what no gateway reads
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "agent:list", upstream: app, pth: 1}                       | spec.pth
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "agent:list", upstream: app, timeout: 1.5}                 | spec.timeout
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "agent:list", upstream: app, limit: null}                  | spec.limit: is null
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "agent:list", upstream: app, when: "1 +"}                  | spec.when
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "agent:list", upstream: app, mcp: true}                    | spec.mcp
            GATEWAY_ROUTE        | {match: {path: "a"}, permission: "agent:list", upstream: app}                                | spec.match.path
            GATEWAY_ROUTE        | {match: 1, permission: "agent:list", upstream: app}                                          | spec.match
            GATEWAY_ROUTE        | {}                                                                                           | spec
            # where requests may go
            AGENT                | {url: "http://127.0.0.1:9464"}                                                               | spec.url: leads to loopback
            AGENT                | {url: "http://localhost:8443"}                                                               | spec.url: leads to loopback
            AGENT                | {url: "http://[::1]:8443"}                                                                   | spec.url: leads to loopback
            AGENT                | {url: "http://[::ffff:127.0.0.1]:8443"}                                                      | spec.url: leads to loopback
            AGENT                | {url: "http://0.0.0.0:8443"}                                                                 | spec.url: leads to loopback
            AGENT                | {url: "http://169.254.169.254"}                                                              | spec.url: leads to loopback, to link-local
            AGENT                | {url: "http://[fd00:ec2::254]"}                                                              | spec.url: leads to loopback
            AGENT                | {url: "http://[fe80::1]"}                                                                    | spec.url: leads to loopback
            AGENT                | {url: "http://metadata.google.internal"}                                                     | spec.url: leads to loopback
            AGENT                | {url: "http://10.0.0.1"}                                                                     | spec.url: `10.0.0.1` is no service
            AGENT                | {url: "http://0x7f000001"}                                                                   | spec.url
            AGENT                | {url: "http://2130706433"}                                                                   | spec.url
            AGENT                | {url: "http://127.1"}                                                                        | spec.url
            AGENT                | {url: "http://runtime"}                                                                      | spec.url: `runtime` is no service
            AGENT                | {url: "http://runtime.other.svc"}                                                            | spec.url: `runtime.other.svc` is no service
            AGENT                | {url: "http://x.runtime.agents.svc"}                                                         | spec.url: `x.runtime.agents.svc` is no service
            AGENT                | {url: "http://runtime.agents.svc@evil.example"}                                              | spec.url
            AGENT                | {url: "http://runtime.agents.svc.evil.example"}                                              | spec.url
            AGENT                | {url: "file:///etc/passwd"}                                                                  | spec.url
            AGENT                | {url: 1}                                                                                     | spec.url
            AGENT                | {urls: ["http://runtime.agents.svc", "http://127.0.0.1"]}                                    | spec.urls[1]: leads
            AGENT                | {urls: 1}                                                                                    | spec.urls
            AGENT                | {url: "https://runtime.agents.svc", ca: /etc/pavise/tls/tls.key}                             | spec.ca: names a file
            AGENT                | {url: "https://runtime.agents.svc", cert: a, key: b}                                         | spec.
            AGENT                | {url: "https://runtime.agents.svc", ca_pem: nonsense}                                        | spec.ca_pem
            AGENT                | {url: "https://runtime.agents.svc", service: {name: a, port: 1}}                             | spec.service: stands beside
            AGENT                | {service: {name: "a.other.svc#", port: 1}}                                                   | spec.service.name
            AGENT                | {service: {name: a, port: 0}}                                                                | spec.service.port
            AGENT                | {service: {name: a, port: "80"}}                                                             | spec.service.port
            AGENT                | {service: {name: a, port: 80, namespace: other}}                                             | spec.service.namespace
            AGENT                | {service: 1}                                                                                 | spec.service
            AGENT                | {service: {name: a, port: 80}, server_name: b}                                               | spec.server_name
            AGENT                | {}                                                                                           | spec: needs one of
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "a:b", upstream: app, opa: {url: "http://127.0.0.1:1/a"}}  | spec.opa.url: leads
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "a:b", upstream: app, opa: {url: "https://opa.agents.svc/a", token: x}} | spec.opa.token
            GATEWAY_ROUTE        | {match: {path: "/a"}, permission: "a:b", upstream: app, opa: {url: "https://opa.agents.svc/a", ca: /x}}   | spec.opa.ca
            # nobody says who may sign tools
            TOOL_MANIFEST        | {tool_id: x}                                                                                 | the manager takes no tools
            """)
    void refusesWhatResourcesMayNotSay(Kind kind, String spec, String field) {
        refused(Samples.settings(), resource(kind, "tried", 1, spec), field);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            AGENT         | {url: "http://runtime.agents.svc:9000"}
            AGENT         | {url: "https://runtime.agents.svc.cluster.local"}
            AGENT         | {urls: ["http://a.agents.svc", "http://b.agents.svc"], protocol: http2, max_connections: 10}
            AGENT         | {service: {name: runtime, port: 443, tls: true}, server_name: runtime.example}
            GATEWAY_ROLE  | {permissions: ["agent:*", "message:send"]}
            GATEWAY_ROUTE | {match: {path: "/a/**"}, permission: "agent:list", upstream: app, enforce: "on", pass_credential: false}
            GATEWAY_ROUTE | {match: {path: "/a"}, permission: "agent:list", upstream: app, body: {size: 10MiB}, opa: {url: "https://opa.agents.svc:8181/v1/data/a"}}
            """)
    void takesWhatIsTheirs(Kind kind, String spec) {
        Verdict verdict = judged(Samples.settings(), resource(kind, "tried", 1, spec));
        assertInstanceOf(Verdict.Accepted.class, verdict, verdict::toString);
    }

    @Test
    void operatorCanLetMore() {
        ResourceSettings more = new ResourceSettings(
                Path.of("b"),
                List.of("tool:*", "sre"),
                new Allowance(
                        List.of("app", "billing"),
                        List.of("*.models.example", "10.1.2.3", "169.254.169.254"),
                        true,
                        true,
                        null,
                        Map.of(),
                        10));
        for (Resource each : List.of(
                resource(Kind.GATEWAY_ROLE, "r", 1, "{permissions: [\"tool:x\", \"tool:*\", \"agent:list\"]}"),
                resource(Kind.GATEWAY_ROLE_BINDING, "b", 1, "{group: g, roles: [sre]}"),
                resource(Kind.AGENT, "a", 1, "{url: \"https://llm.models.example\"}"),
                resource(Kind.AGENT, "a", 1, "{url: \"http://10.1.2.3:80\"}"),
                resource(
                        Kind.GATEWAY_ROUTE,
                        "g",
                        1,
                        "{match: {path: \"/a\"}, permission: \"tool:x\", upstream: billing, pass_credential: true, enforce: audit-only}"))) {
            Verdict verdict = judged(more, each);
            assertInstanceOf(Verdict.Accepted.class, verdict, verdict::toString);
        }
        refused(more, resource(Kind.AGENT, "a", 1, "{url: \"https://x.y.models.example\"}"), "spec.url");
        refused(more, resource(Kind.AGENT, "a", 1, "{url: \"http://169.254.169.254\"}"), "spec.url: leads");
        refused(more, resource(Kind.GATEWAY_ROLE, "r", 1, "{permissions: [\"*\"]}"), "spec.permissions");
        refused(more, resource(Kind.GATEWAY_ROLE_BINDING, "b", 1, "{group: g, roles: [admin]}"), "spec.roles");
    }

    @Test
    void namesOfTheBaseAreTaken() {
        refused(
                Samples.settings(),
                resource(Kind.AGENT, "app", 1, "{url: \"http://a.agents.svc\"}"),
                "the operator's base has an upstream");
        refused(
                Samples.settings(),
                resource(Kind.GATEWAY_ROLE, "sre", 1, "{permissions: [\"a:b\"]}"),
                "the operator's base has a role");
        refused(
                Samples.settings(),
                resource(Kind.GATEWAY_ROLE, "admin", 1, "{permissions: [\"a:b\"]}"),
                "the operator's base has a role");
        refused(
                Samples.settings(),
                resource(Kind.AGENT, "a".repeat(64), 1, "{url: \"http://a.agents.svc\"}"),
                "an agent's name");
        refused(
                Samples.settings(),
                resource(
                        Kind.GATEWAY_ROUTE,
                        "r",
                        1,
                        "{name: operators, match: {path: \"/a\"}, permission: \"a:b\", upstream: app}"),
                "spec: another route is called");
    }

    @Test
    void mayGrantThatIsNothingIsTheOperatorsMistake() {
        Compiler compiler = new Compiler(
                new ResourceSettings(Path.of("b"), List.of("nonsense"), Allowance.USUAL), InstantSource.system());
        assertInstanceOf(Compiled.BaseRefused.class, compiler.compile(BASE, NAMESPACE, List.of(), Map.of()));
    }

    /** A management path of the gateway that asks for a permission of a new resource has to be known here. */
    @Test
    void knowsWhatTheGatewayItselfAsksFor() {
        Arrays.stream(Endpoint.values())
                .filter(endpoint -> !endpoint.isOpen())
                .map(endpoint -> endpoint.rule().orElseThrow().needed().resource())
                .forEach(resource -> assertTrue(PermissionBounds.OWN.contains(resource), resource));
    }

    @Test
    void sectionsDefaultsAreTheUsualOnes() {
        Path file = Path.of("manager.yaml");
        Reading reading = new Reading(file, EnvironmentLookup.ofProcess(), "manager", Map.of());
        assertEquals(Allowance.USUAL, ConfigText.parse("{}", file, ResourceSection.SECTION, "nothing", reading));
        assertFalse(reading.failed());
    }
}
