package dev.pavise.proxy.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Outcome;
import dev.pavise.policy.Subject;
import dev.pavise.proxy.access.AccessResult;
import dev.pavise.proxy.access.KeyRequest;
import dev.pavise.proxy.access.NewKey;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.gate.Caller;
import dev.pavise.proxy.gate.CurrentSnapshot;
import dev.pavise.proxy.gate.Door;
import dev.pavise.proxy.gate.Gate;
import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HttpVersion;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.pki.CertificateUse;
import dev.pavise.proxy.pki.Signer;
import dev.pavise.proxy.pki.SubjectNames;
import dev.pavise.proxy.tls.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The gate as a gateway's connections ask it, by the credential of the caller: names, identity, route, permission, limit. And the
 * records of a request that it allows.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class JudgeBenchmark {
    private static final String SECRET = "a shared secret of more than thirty-two bytes";
    private static final String OPERATOR = "an-operator-token-for-this-benchmark";

    /** What the caller shows. */
    @Param({"ES256", "RS256", "HS256", "operator", "key", "certificate"})
    public String credential = "ES256";

    private final KeyPair elliptic = pair("EC");
    private final KeyPair rsa = pair("RSA");
    private @Nullable Path folder;
    private @Nullable ProxyServer server;
    private @Nullable Gate gate;
    private @Nullable Loop loop;
    private @Nullable Session session;
    private @Nullable Caller caller;
    private @Nullable RequestHead head;
    private @Nullable Peer peer;

    /** Starts a gateway, and makes a caller whom it knows. */
    @Setup
    public void prepare() throws Exception {
        Path made = Files.createTempDirectory("pavise-judge");
        folder = made;
        Signer authority = Signer.selfSigned("clients", elliptic, Instant.now(), Duration.ofDays(1));
        pem(made.resolve("clients.crt"), "CERTIFICATE", authority.certificate().getEncoded());
        pem(made.resolve("es.pem"), "PUBLIC KEY", elliptic.getPublic().getEncoded());
        pem(made.resolve("rs.pem"), "PUBLIC KEY", rsa.getPublic().getEncoded());
        ProxyServer started = start(made);
        server = started;
        List<X509Certificate> shown = credential.equals("certificate")
                ? List.of(authority.issue(
                        SubjectNames.of("bench"),
                        CertificateUse.CLIENT,
                        rsa.getPublic(),
                        Instant.now(),
                        Duration.ofDays(1)))
                : List.of();
        peer = new Peer(InetAddress.getLoopbackAddress(), 4711, "TLSv1.3", "http/1.1", shown, "https");
        head = head(started);
        gate = new Gate(new CurrentSnapshot(started.snapshot()), InstantSource.system());
        loop = started.eventLoops().first();
        caller = new Caller(peer, Door.ROUTES);
        session = new Session(loop, caller);
        if (!(judged() instanceof Verdict.Forward) || !(judgedOnItsFirstRequest() instanceof Verdict.Forward)) {
            throw new IllegalStateException("the caller of the benchmark is refused: " + judged());
        }
    }

    @TearDown
    public void end() throws IOException {
        Objects.requireNonNull(server).close();
        try (Stream<Path> files = Files.walk(Objects.requireNonNull(folder))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A request like the one before it on its connection. */
    @Benchmark
    public Verdict judged() {
        return Objects.requireNonNull(gate).judge(Objects.requireNonNull(caller), Objects.requireNonNull(head));
    }

    /** The first request of a connection, from a caller whom the gateway has seen on another. */
    @Benchmark
    public Verdict judgedOnItsFirstRequest() {
        Caller fresh = new Caller(Objects.requireNonNull(peer), Door.ROUTES);
        return Objects.requireNonNull(gate).judge(fresh, Objects.requireNonNull(head));
    }

    /** Judged, and both records are made. */
    @Benchmark
    public AuditRecord recorded() {
        ExchangeRecords records = begun();
        AuditRecord intent = records.intent();
        AuditRecord outcome = records.outcome(200, Outcome.SUCCESS, null, 0);
        return intent.actor().length() > 0 ? outcome : intent;
    }

    private ExchangeRecords begun() {
        ExchangeRecords records = new ExchangeRecords(Objects.requireNonNull(loop), Objects.requireNonNull(session));
        records.begin(Objects.requireNonNull(head));
        records.judged(judged());
        return records;
    }

    private static ProxyServer start(Path folder) throws IOException, StartFailure {
        Path file = Files.writeString(folder.resolve("pavise.yaml"), """
                listen: {https: [{address: "127.0.0.1:0", client_auth: optional}], management: "127.0.0.1:0"}
                hosts: [agents.example.com]
                data_dir: %s
                tls: {client_ca: clients.crt}
                identity:
                  issuers:
                    - {name: es, issuer: es, audience: pavise, public_key: es.pem, algorithms: [ES256], claims: {roles: role}, may_grant: [agent]}
                    - {name: rs, issuer: rs, audience: pavise, public_key: rs.pem, algorithms: [RS256], claims: {roles: role}, may_grant: [agent]}
                    - {name: hs, issuer: hs, audience: pavise, secret: "%s", algorithms: [HS256], claims: {roles: role}, may_grant: [agent]}
                roles: {agent: {permissions: ["v1:use"]}}
                bindings: [{principal: "cert:bench", roles: [agent]}]
                upstreams: {backend: {url: "http://127.0.0.1:1"}}
                routes: [{name: v1, match: {path: "/v1/**"}, permission: "v1:use", upstream: backend}]
                limits: {per_principal: "100000000/second", refused_credentials_per_address: "1000000/second"}
                """.formatted(folder.resolve("data"), SECRET));
        Map<String, String> environment = Map.of("PAVISE_AUTH_TOKEN", OPERATOR);
        return switch (ConfigLoader.load(file, environment::get)) {
            case ConfigResult.Loaded loaded -> ProxyServer.start(loaded.config(), environment::get);
            case ConfigResult.Invalid invalid ->
                throw new IllegalStateException(invalid.errors().toString());
        };
    }

    private RequestHead head(ProxyServer started) throws JOSEException {
        HeaderBlock fields = new HeaderBlock();
        fields.add("user-agent", "agent/1.0");
        fields.add("accept", "application/json");
        switch (credential) {
            case "ES256" -> bearer(fields, "es", new ECDSASigner((ECPrivateKey) elliptic.getPrivate()));
            case "RS256" -> bearer(fields, "rs", new RSASSASigner(rsa.getPrivate()));
            case "HS256" -> bearer(fields, "hs", new MACSigner(SECRET));
            case "operator" -> fields.add("authorization", "Bearer " + OPERATOR);
            case "key" -> fields.add("x-api-key", key(started));
            default -> {}
        }
        return new RequestHead(
                HttpVersion.HTTP_1_1,
                "GET",
                "https",
                "agents.example.com",
                "agents.example.com",
                "/v1/ping",
                null,
                0,
                null,
                true,
                false,
                fields);
    }

    private void bearer(HeaderBlock fields, String issuer, JWSSigner signer) throws JOSEException {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience("pavise")
                .subject("alice")
                .claim("role", List.of("agent"))
                .claim("exp", Instant.now().plusSeconds(3600).getEpochSecond())
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.parse(credential)), claims);
        token.sign(signer);
        fields.add("authorization", "Bearer " + token.serialize());
    }

    private static String key(ProxyServer started) {
        var operator = started.snapshot().policy().principal(new Subject.Operator());
        return switch (started.access()
                .createKey(operator, new KeyRequest("bench", List.of("v1:use"), null, Duration.ofDays(1)))) {
            case AccessResult.Done<NewKey> done -> done.value().text().reveal();
            case AccessResult.Refused<NewKey> refused -> throw new IllegalStateException(refused.message());
        };
    }

    private static KeyPair pair(String kind) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            if (kind.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void pem(Path file, String what, byte[] content) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                        + what + "-----\n");
    }
}
