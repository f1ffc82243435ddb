package dev.pavise.proxy.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChecklistTest {
    private static final String SECRET = "a-secret-of-more-than-thirty-two-characters";

    /** The good one: nothing to mend, nothing to look at but that anchor and trail share a file system in a test's folder. */
    private static final String GOOD = """
            listen: {https: [{address: "0.0.0.0:8443", client_auth: required}], management: "127.0.0.1:9443"}
            hosts: [localhost]
            tls: {cert: gw.crt, key: gw.key, client_ca: clients.crt, client_crl: clients.crl}
            identity:
              issuers: [{name: corp, issuer: "https://id", audience: pavise, secret: "${file:issuer.secret}", algorithms: [HS256]}]
            roles: [{name: reader, permissions: ["agent:list"]}]
            bindings: [{principal: "cert:ci", roles: [reader]}]
            upstreams: {runtime: {url: "http://127.0.0.1:9000"}}
            routes: [{name: agents, match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}]
            limits: {per_principal: "100/minute"}
            """;

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>(Map.of("PAVISE_AUTH_TOKEN", SECRET));
    private final TestCa ca = TestCa.create("clients");

    @BeforeEach
    void makeFiles() throws Exception {
        TestCa.Issued server = ca.server("localhost");
        server.writeCert(folder, "gw.crt");
        hide(server.writeKey(folder, "gw.key"));
        ca.writeCert(folder, "clients.crt");
        TestCa.write(
                folder.resolve("clients.crl"), ca.revocationList(Instant.now().minusSeconds(60), Duration.ofDays(200)));
        hide(Files.writeString(folder.resolve("issuer.secret"), SECRET + "\n"));
    }

    private static Path hide(Path file) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private List<Finding> examine(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("pavise.yaml"), yaml);
        GatewayConfig config = switch (ConfigLoader.load(file, environment::get)) {
            case ConfigResult.Loaded loaded -> loaded.config();
            case ConfigResult.Invalid invalid ->
                throw new AssertionError(invalid.errors().toString());
        };
        List<Finding> findings =
                Checklist.examine(new Examined(config, List.of(), yaml, environment::get, 1_000_000, Instant.now()));
        assertFalse(findings.toString().contains(SECRET), "no secret is ever shown");
        return findings;
    }

    private static List<Finding> wanting(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.verdict() == Verdict.WARN || finding.verdict() == Verdict.BAD)
                .toList();
    }

    @Test
    void findsNothingToMendInAGoodConfiguration() throws Exception {
        List<Finding> findings = examine(GOOD);
        assertTrue(Checklist.passes(findings));
        List<Finding> wanting = wanting(findings).stream()
                .filter(finding -> !finding.found().contains("same file system"))
                .toList();
        assertEquals(List.of(), wanting);
        EnumSet<Topic> seen = EnumSet.noneOf(Topic.class);
        findings.forEach(finding -> seen.add(finding.topic()));
        assertEquals(EnumSet.allOf(Topic.class), seen, "every topic is spoken of");
    }

    /** What is replaced in the good configuration, by what, and what comes of it. */
    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            , client_auth: required}           | , client_auth: none}     | MTLS    | WARN | asks for no client certificate
            , client_auth: required}           | , client_auth: optional} | MTLS    | OK   | takes other credentials
            , client_crl: clients.crl          | ''                       | MTLS    | WARN | no revocation list
            tls: {cert                         | tls: {min_version: "1.2", cert | MTLS | WARN | TLS 1.2
            http://127.0.0.1:9000              | http://10.0.0.1:9000     | MTLS    | WARN | in the clear
            http://127.0.0.1:9000              | http://runtime:9000      | MTLS    | WARN | in the clear
            http://127.0.0.1:9000              | https://10.0.0.1:9000    | MTLS    | OK   | over TLS
            , audience: pavise                 | ''                       | AUTH    | WARN | no audience
            secret: "${file:issuer.secret}", algorithms: [HS256] | public_key: gw.crt, algorithms: [ES256] | AUTH | OK | checked by Amazon Corretto
            management: "127.0.0.1:9443"       | management: "0.0.0.0:9443" | AUTH  | WARN | the management API is on
            required}], management: "127.0.0.1:9443" | optional}]         | AUTH    | WARN | shares 0.0.0.0:8443
            hosts: [localhost]                 | hosts: [localhost];;trusted_proxies: ["0.0.0.0/0"] | AUTH | BAD | which address it has
            hosts: [localhost]                 | hosts: [localhost];;trusted_proxies: ["::/0"] | AUTH | BAD | which address it has
            hosts: [localhost]                 | hosts: [localhost];;trusted_proxies: ["10.0.0.0/7"] | AUTH | WARN | very wide
            hosts: [localhost]                 | hosts: [localhost];;trusted_proxies: ["10.0.0.0/8"] | AUTH | OK | 10.0.0.0/8
            upstream: runtime}                 | upstream: runtime, pass_credential: true} | AUTH | WARN | passes the caller
            limits: {per_principal: "100/minute"} | limits: {}            | LIMITS  | WARN | no rate bounds a principal on: agents
            upstream: runtime}                 | upstream: runtime, body: {size: 1GiB}} | LIMITS | WARN | route agents
            limits: {                          | limits: {body: 1GiB,     | LIMITS  | WARN | limits.body
            limits: {                          | limits: {connections_per_address: 10000, | LIMITS | WARN | one address may
            limits: {                          | audit: {durability: disk};;limits: {     | AUDIT | OK | loss of power
            limits: {                          | audit: {low_water: 16TiB};;limits: {    | AUDIT | BAD | requests are refused
            limits: {                          | audit: {ship: {kafka: {servers: ["k:9092"], topic: t, tls: false}}};;limits: { | AUDIT | WARN | in the clear, to k:9092
            limits: {                          | audit: {ship: {kafka: {servers: ["k:9093"], topic: t}}};;limits: { | AUDIT | OK | over TLS
            limits: {                          | audit: {ship: {kafka: {servers: ["127.0.0.1:1"], topic: t, tls: false}}};;limits: { | AUDIT | OK | on this machine
            limits: {                          | limits: {                | AUDIT   | OK   | on this machine alone
            ${file:issuer.secret}              | a-secret-of-more-than-thirty-two-characters | SECRETS | BAD | secret of issuer corp
            ${file:issuer.secret}              | ${UNSET:-a-secret-of-more-than-thirty-two-characters} | SECRETS | BAD | secret of issuer corp
            limits: {                          | limits: {connections: 1000000, | RESOURCE_LIMITS | WARN | open
            upstream: runtime}                 | upstream: runtime, enforce: audit-only} | RBAC | BAD | denies nobody
            upstream: runtime}                 | upstream: runtime, opa: {url: "http://127.0.0.1:8181/v1/x", token: plain-token-of-opa}} | SECRETS | BAD | opa.token of route agents
            ["agent:list"]}                    | ["*"]}                   | RBAC    | WARN | role reader
            ["agent:list"]}                    | ["*:list"]}              | RBAC    | WARN | role reader
            roles: [reader]}                   | roles: [reader, admin]}  | RBAC    | WARN | cert:ci
            cert:ci                            | jwt:nobody:alice         | RBAC    | WARN | there is no issuer nobody
            algorithms: [HS256]                | algorithms: [HS256], may_grant: [] | RBAC | OK | every role
            """)
    void tellsWhatIsWanting(String from, String to, Topic topic, Verdict verdict, String found) throws Exception {
        assertTrue(GOOD.contains(from), from);
        List<Finding> findings = examine(GOOD.replace(from, to.replace(";;", "\n")));
        assertTrue(
                findings.stream()
                        .anyMatch(each -> each.topic() == topic
                                && each.verdict() == verdict
                                && each.found().contains(found)),
                () -> findings.stream()
                        .filter(each -> each.topic() == topic)
                        .toList()
                        .toString());
        assertEquals(verdict != Verdict.BAD, Checklist.passes(findings));
    }

    @ParameterizedTest
    @CsvSource({
        "gw.key, rw-r--r--, BAD",
        "gw.key, rw--w----, BAD",
        "gw.key, rw-r-----, WARN",
        "gw.key, rw-------, OK",
        "issuer.secret, rw-r--r--, BAD",
        "data/operator.token, rw-r--r--, BAD",
        "data/operator.token, rw-------, OK",
        "data/keys/audit.key, rw-r--r--, BAD",
        "data/audit, rwxr-xr-x, BAD"
    })
    void looksAtWhoCanReadSecrets(String file, String mode, Verdict verdict) throws Exception {
        environment.clear();
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        if (file.endsWith("/audit")) Files.createDirectories(path);
        else if (!Files.exists(path)) Files.writeString(path, SECRET);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        List<Finding> findings = examine(GOOD);
        assertTrue(
                findings.stream()
                        .anyMatch(each ->
                                each.verdict() == verdict && each.found().contains(path + ", is " + mode)),
                findings::toString);
        assertEquals(verdict != Verdict.BAD, Checklist.passes(findings));
    }

    @ParameterizedTest
    @CsvSource({"10, 365, OK", "340, 365, WARN", "366, 365, BAD"})
    void looksAtTheEndOfCertificates(int passed, int life, Verdict verdict) throws Exception {
        Instant start = Instant.now().minus(Duration.ofDays(passed));
        TestCa.write(
                folder.resolve("gw.crt"),
                ca.request("CN=x", TestCa.newKey("EC", 256))
                        .valid(start, Duration.ofDays(life))
                        .issue()
                        .certificate());
        assertTrue(examine(GOOD).stream()
                .anyMatch(each -> each.topic() == Topic.CERTIFICATE_EXPIRY
                        && each.verdict() == verdict
                        && each.found().contains("(server)")));
    }

    @Test
    void saysInAClusterThatItCannotSeeThePolicy() throws Exception {
        environment.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
        assertTrue(examine(GOOD).stream()
                .anyMatch(each -> each.topic() == Topic.NETWORK_POLICY && each.verdict() == Verdict.WARN));
    }

    @Test
    void warnsOfAShortOperatorToken() throws Exception {
        environment.put("PAVISE_AUTH_TOKEN", "short-but-allowed");
        assertTrue(wanting(examine(GOOD)).toString().contains("can be guessed"));
        environment.remove("PAVISE_AUTH_TOKEN");
        assertTrue(wanting(examine(GOOD)).toString().contains("shows it in the log"));
    }

    /** The folder of a test lies on this machine's own layer, as a folder of a container does. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "false | ''              | OK   | not a Kubernetes cluster",
                "true  | ''              | BAD  | would end with its container",
                "true  | ephemeral: true | WARN | audit.ephemeral is true",
                "false | ephemeral: true | WARN | audit.ephemeral is true",
                "true  | SHIP            | OK   | records are shipped",
            })
    void tellsWhetherTheTrailOutlastsItsContainer(boolean inCluster, String audit, Verdict verdict, String found)
            throws Exception {
        if (inCluster) {
            environment.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
        }
        String section = audit.replace("SHIP", "ship: {kafka: {servers: [k.example:9092], topic: t}}");
        List<Finding> findings = examine(GOOD + "audit: {" + section + "}\n");
        assertTrue(
                findings.stream()
                        .anyMatch(each -> each.topic() == Topic.AUDIT
                                && each.verdict() == verdict
                                && each.found().contains(found)),
                findings.toString());
    }

    @Test
    void takesACheckThatFailsOrSaysNothingForBad() throws Exception {
        Examined examined = new Examined(loaded(), List.of(), "", environment::get, 1_000_000, Instant.now());
        for (Check check : List.<Check>of(
                (about, notes) -> {},
                (about, notes) -> {
                    throw new IOException("gone");
                },
                (about, notes) -> {
                    throw new IllegalStateException("a bug");
                })) {
            List<Finding> findings = Checklist.examine(Topic.AUTH, check, examined);
            assertEquals(Verdict.BAD, findings.getLast().verdict());
        }
    }

    private GatewayConfig loaded() throws IOException {
        Path file = Files.writeString(folder.resolve("pavise.yaml"), GOOD);
        return ((ConfigResult.Loaded) ConfigLoader.load(file, environment::get)).config();
    }
}
