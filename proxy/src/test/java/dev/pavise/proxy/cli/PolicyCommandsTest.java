package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class PolicyCommandsTest {
    private static final String CONFIG = """
            hosts: [agents.example.com]
            identity:
              issuers: [{name: corp, secret: "a shared secret of more than thirty-two bytes"}]
            roles:
              - {name: reader, permissions: ["agent:list"]}
              - {name: keeper, permissions: ["agent:*"]}
            bindings:
              - {principal: "jwt:corp:alice", roles: [reader]}
              - {principal: "cert:agent", roles: [keeper]}
            upstreams: {runtime: {url: "http://127.0.0.1:9000"}}
            limits: {per_principal: "100/minute"}
            routes:
              - {name: logs, match: {path: "/agents/{id}/logs", methods: [GET]}, permission: "agent:logs", upstream: runtime}
              - name: agents
                match: {path: "/agents/**"}
                permission: "agent:list"
                upstream: runtime
                limit: "5/minute"
                when: "request.headers['x-tenant'] == identity.claims.tenant && request.method == 'GET'"
              - {name: trial, match: {path: "/trial/**"}, permission: "agent:try", upstream: runtime, enforce: audit-only}
            """;

    private static final String ALICE = "{\"sub\":\"alice\",\"tenant\":\"acme\"}";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("pavise.yaml"), CONFIG);
    }

    private int run(String... arguments) {
        PrintWriter toOut = new PrintWriter(out, true);
        PrintWriter toErr = new PrintWriter(err, true);
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-02T10:15:30Z"));
        return CommandTree.run(
                List.of(arguments),
                new Surroundings(Map.<String, String>of()::get, folder, false, clock),
                toOut,
                toErr);
    }

    private int explain(String... arguments) {
        List<String> all = new ArrayList<>(List.of("policy", "explain"));
        all.addAll(Arrays.asList(arguments));
        return run(all.toArray(new String[0]));
    }

    @Test
    void explainsWhatIsAllowed() {
        assertEquals(
                ExitCode.DONE,
                explain("--path", "/agents/7", "--claims", ALICE, "--header", "X-Tenant: acme"),
                () -> out + "" + err);
        String told = out.toString();
        for (String part : List.of(
                "allowed: allowed",
                "GET https://agents.example.com/agents/7",
                "jwt:corp:alice",
                "agent:list from role reader",
                "`agents` (",
                "pavise.yaml:14:5",
                "/agents/** -> runtime",
                "agent:list, held by agent:list (role reader)",
                "holds: request.headers['x-tenant'] == identity.claims.tenant",
                "identity.claims.tenant = 'acme'",
                "limits.per_principal: 100/minute",
                "route: 5/minute",
                "what was given by API")) {
            assertTrue(told.contains(part), part + " in\n" + told);
        }
    }

    @Test
    void explainsAFailedConditionWithItsValues() {
        assertEquals(
                ExitCode.WANTING,
                explain("--path", "/agents/7", "--claims", ALICE, "--header", "x-tenant: globex", "--output", "json"));
        JsonNode told = JsonMapper.shared().readTree(out.toString());
        assertFalse(told.get("allowed").asBoolean());
        assertEquals("denied", told.get("verdict").asString());
        assertEquals(403, told.get("status").asInt());
        assertEquals("forbidden", told.get("code").asString());
        assertEquals("fails", told.get("condition").get("outcome").asString());
        assertTrue(
                told.get("condition").get("why").asString().contains("identity.claims.tenant` is false"),
                out::toString);
        assertTrue(out.toString().contains("'globex'"), out::toString);
        assertEquals(
                "agent:list",
                told.get("caller").get("permissions").get(0).get("permission").asString());
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", textBlock = """
            --path /agents/7/logs --principal cert:agent                         => 0 => agent:logs, held by agent:* (role keeper)
            --path /agents/7/logs --principal operator                           => 0 => agent:logs, held by * (role admin)
            --path /agents/7/logs --principal key:ci --permissions agent:logs    => 0 => held by agent:logs (key ci)
            --path /agents/7/logs --principal key:ci                             => 1 => not held; roles that have it: admin, keeper
            --path /agents/7/logs --method POST --principal cert:agent           => 1 => `logs`: it takes GET only
            --path /agents/7/logs --principal none                               => 1 => 401 unauthenticated
            --path /elsewhere --principal cert:agent                             => 1 => 404 no_route
            --path /agents/../secret --principal cert:agent                      => 1 => 400 ambiguous_path
            --path /agents/7 --host evil.example --principal cert:agent          => 1 => 421 misdirected
            --path /trial/1 --principal cert:nobody                              => 0 => would deny 403 forbidden: passes
            --path /trial/1 --principal none                                     => 1 => 401
            --path /v1/audit/events --principal cert:agent                       => 1 => management /v1/audit/events
            --path /v1/audit/events --principal operator                         => 0 => audit:read, held by * (role admin)
            --path /health --principal none                                      => 0 => anyone may ask this
            --path /agents/7 --principal cert:agent                              => 1 => cannot be told
            """)
    void tellsWhatDecides(String arguments, int code, String told) {
        assertEquals(code, explain(arguments.split(" +")), () -> out + "" + err);
        assertTrue(out.toString().contains(told), () -> out + "" + err);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", textBlock = """
            --path /a                                                   => say who sends it
            --path /a --principal operator --claims {}                  => say who sends it
            --path /a --principal bob                                   => `bob` is no identity
            --path /a --principal cert:x --permissions a:b              => only a key is given permissions
            --path /a --principal key:x --permissions ab                => has no colon
            --path /a --claims {                                        => are no JSON object
            --path /a --claims {}                                       => would be refused: bad_claim
            --path /a --claims {"sub":"a","exp":5}                      => would be refused: expired
            --path /a --claims {"sub":"a"} --issuer other               => there is no issuer `other`
            --path /a --principal operator --issuer corp                => --issuer goes with --claims
            --path /a --principal operator --header nocolon             => has no colon
            --path /a --principal operator --header bad(name:x          => is no name of a header
            --path /a --principal operator --time yesterday             => is no time
            --path /a --token-file missing.jwt                          => missing.jwt
            --principal operator                                        => --path
            """)
    void refusesWhatMeansNothing(String arguments, String told) {
        assertEquals(ExitCode.MISUSE, explain(arguments.split(" +")), () -> out + "" + err);
        assertTrue(err.toString().contains(told), err::toString);
    }

    @Test
    void opensAndMakesNothing() throws Exception {
        explain("--path", "/agents/7", "--claims", ALICE);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("pavise.yaml")), files.toList());
        }
    }

    @Test
    void checksARealToken() throws Exception {
        Files.writeString(folder.resolve("bad.jwt"), "eyJhbGciOiJIUzI1NiJ9.e30.AAAA\n");
        assertEquals(ExitCode.WANTING, explain("--path", "/agents/7", "--token-file", "bad.jwt"));
        assertTrue(out.toString().contains("401 unauthenticated: bad_signature"), out::toString);
        assertFalse(out.toString().contains("eyJ"), out::toString);
    }

    @Test
    void tellsWhyAConfigurationCannotBeUsed() throws Exception {
        Files.writeString(folder.resolve("pavise.yaml"), CONFIG.replace("request.method ==", "request.verb =="));
        assertEquals(ExitCode.MISUSE, explain("--path", "/agents/7", "--principal", "operator"));
        assertTrue(err.toString().contains("pavise.yaml:19:"), err::toString);
        assertTrue(err.toString().contains("routes[1].when"), err::toString);
    }

    // ---- cases

    private static final String CASES = """
            cases:
              - name: alice reaches her tenant
                request: {path: /agents/7, headers: {X-Tenant: acme}}
                identity: {claims: {sub: alice, tenant: acme, level: 5, tags: [a, null]}, issuer: corp}
                expect: {allowed: true, route: agents, code: allowed}
              - name: alice reaches no other
                request: {method: GET, path: /agents/7, host: agents.example.com, headers: {x-tenant: globex}}
                identity: {claims: {sub: alice, tenant: acme}}
                expect: {allowed: false, route: agents, code: forbidden, reason: "identity.claims.tenant` is false"}
              - name: the trial lets pass
                request: {path: /trial/1, time: "2026-11-02T10:15:30Z", address: 192.0.2.1}
                identity: {principal: "cert:agent", certificate: agent}
                expect: {allowed: true, would_deny: false}
              - name: keys
                request: {path: /agents/7/logs}
                identity: {principal: "key:ci", permissions: ["agent:logs"]}
                expect: {allowed: true}
              - name: nobody
                request: {path: /agents/7}
                identity: {principal: none}
                expect: {allowed: false, code: unauthenticated}
            """;

    private int test(String cases, String... more) throws IOException {
        Files.writeString(folder.resolve("cases.yaml"), cases);
        List<String> all = new ArrayList<>(List.of("policy", "test", "cases.yaml"));
        all.addAll(Arrays.asList(more));
        return run(all.toArray(new String[0]));
    }

    @Test
    void passesWhereAllIsAsExpected() throws Exception {
        assertEquals(ExitCode.DONE, test(CASES), () -> out + "" + err);
        assertTrue(out.toString().startsWith("ok    alice reaches her tenant"), out::toString);
        assertTrue(out.toString().endsWith("5 ok, 0 failed\n"), out::toString);
    }

    @Test
    void failsAndSaysWhat() throws Exception {
        String wrong = CASES.replace(
                        "{allowed: true, would_deny: false}", "{allowed: false, would_deny: true, route: x}")
                .replace("code: unauthenticated", "code: forbidden, reason: nonsense")
                .replace("issuer: corp", "issuer: other");
        assertEquals(ExitCode.WANTING, test(wrong), () -> out + "" + err);
        for (String told : List.of(
                "FAIL  alice reaches her tenant",
                "there is no issuer `other`",
                "FAIL  the trial lets pass",
                "expected it to be refused, and it passes: allowed (line 10)",
                "expected would_deny true, and it is false",
                "expected route `x`, and it is `trial`",
                "expected code `forbidden`, and it is `unauthenticated`",
                "expected a reason with `nonsense`",
                "2 ok, 3 failed")) {
            assertTrue(out.toString().contains(told), told + " in\n" + out);
        }
    }

    @Test
    void tellsResultsToPrograms() throws Exception {
        assertEquals(
                ExitCode.WANTING,
                test(CASES.replace("allowed: true, route: agents", "allowed: false"), "--output", "json"));
        JsonNode told = JsonMapper.shared().readTree(out.toString());
        assertEquals(4, told.get("passed").asInt());
        assertEquals(1, told.get("failed").asInt());
        assertFalse(told.get("cases").get(0).get("ok").asBoolean());
        assertEquals(2, told.get("cases").get(0).get("line").asInt());
        assertEquals(1, told.get("cases").get(0).get("failures").size());
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", textBlock = """
            allowed: true, would_deny => allowde: true, would_deny    => cases.yaml:13:14: cases[2].expect.allowde: is not a known key
            name: keys                => name: nobody                 => another case is called `nobody`
            {principal: none}         => {}                           => needs exactly one of `principal` and `claims`
            {principal: none}         => {principal: bob}             => expected operator, none, cert:<name> or key:<name>
            level: 5                  => level: b: c                  => is not YAML
            claims: {sub: alice, tenant: acme}} => claims: alice}     => expected a mapping
            expect: {allowed: false, code: unauthenticated} => expct: {} => is not a known key
            """)
    void refusesAMalformedFile(String part, String instead, String told) throws Exception {
        assertTrue(CASES.contains(part), part);
        assertEquals(ExitCode.MISUSE, test(CASES.replace(part, instead)), () -> out + "" + err);
        assertTrue(err.toString().contains(told), err::toString);
    }

    @Test
    void refusesAFileWithoutCases() throws Exception {
        assertEquals(ExitCode.MISUSE, test("cases: []\n"));
        assertEquals(ExitCode.MISUSE, test(""));
        assertEquals(ExitCode.MISUSE, run("policy", "test", "missing.yaml"));
        assertEquals(ExitCode.MISUSE, run("policy", "test"));
        assertEquals(ExitCode.MISUSE, run("policy"));
    }
}
