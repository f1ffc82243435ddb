package dev.pavise.bench.policy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.pavise.policy.MayGrant;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.identity.Algorithm;
import dev.pavise.policy.identity.ApiKeys;
import dev.pavise.policy.identity.Expected;
import dev.pavise.policy.identity.Identities;
import dev.pavise.policy.identity.Identity;
import dev.pavise.policy.identity.Issuer;
import dev.pavise.policy.identity.JwtVerifier;
import dev.pavise.policy.identity.KeySource;
import dev.pavise.policy.identity.OperatorToken;
import dev.pavise.policy.identity.Presented;
import dev.pavise.policy.identity.SignatureProvider;
import dev.pavise.policy.limit.Limits;
import dev.pavise.policy.limit.Rate;
import dev.pavise.policy.limit.RefusedCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** From the text of {@code Authorization} to a principal: a token at first sight, with its signature check, and one that is remembered. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenBenchmark {
    private static final String ISSUER = "https://id.example.com";
    private static final String AUDIENCE = "pavise";

    /** What the token is signed with. */
    @Param({"ES256", "RS256", "HS256"})
    public String algorithm = "ES256";

    private final Policy policy = Policy.compile(List.of(), List.of(), List.of(), Map.of("corp", MayGrant.byDefault()));
    private JwtVerifier verifier = verifier(List.of());
    private Identities identities = identities();
    private Presented presented = presented("");
    private String token = "";

    /** Makes a key, a token that is signed with it, and who checks it. */
    @Setup
    public void prepare() throws GeneralSecurityException, JOSEException, IOException {
        Signing signing = signing();
        token = token(signing.signer());
        Issuer issuer = Issuer.of(
                "corp",
                Expected.exactly(ISSUER),
                Expected.exactly(AUDIENCE),
                Set.of(Algorithm.of(algorithm).orElseThrow()),
                signing.keys());
        verifier = verifier(List.of(issuer));
        identities = identities();
        presented = presented("Bearer " + token);
    }

    @Benchmark
    public Principal firstSight() {
        if (verifier.verify(token) instanceof JwtVerifier.Verdict.Verified verified) {
            return policy.principal(verified.subject());
        }
        throw new IllegalStateException("the token of the benchmark is not taken");
    }

    @Benchmark
    public Principal remembered() {
        if (identities.identify(presented) instanceof Identity.Proven proven) {
            return proven.principal();
        }
        throw new IllegalStateException("the token of the benchmark is not taken");
    }

    private static Presented presented(String authorization) {
        return new Presented(List.of(authorization), List.of(), null, InetAddress.getLoopbackAddress());
    }

    private static JwtVerifier verifier(List<Issuer> issuers) {
        return JwtVerifier.load(issuers, SignatureProvider.forIssuers(issuers), InstantSource.system());
    }

    private Identities identities() {
        RefusedCredentials refused = new RefusedCredentials(
                new Limits(System::nanoTime, 10_000).limiter("refused", Rate.parse("60/minute")));
        return new Identities(
                policy,
                verifier,
                OperatorToken.of(OperatorToken.generate(new SecureRandom())),
                ApiKeys.NONE,
                refused,
                InstantSource.system());
    }

    private record Signing(JWSSigner signer, KeySource keys) {}

    private Signing signing() throws GeneralSecurityException, JOSEException, IOException {
        return switch (algorithm) {
            case "HS256" -> {
                byte[] random = new byte[32];
                new SecureRandom().nextBytes(random);
                String secret = Base64.getEncoder().encodeToString(random);
                yield new Signing(new MACSigner(secret), new KeySource.SharedSecret(secret));
            }
            case "RS256" -> {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(2048);
                KeyPair pair = generator.generateKeyPair();
                yield new Signing(
                        new RSASSASigner(pair.getPrivate()), new KeySource.PublicKeyFile(pem(pair.getPublic())));
            }
            default -> {
                var key = new ECKeyGenerator(Curve.P_256).generate();
                yield new Signing(new ECDSASigner(key), new KeySource.PublicKeyFile(pem(key.toPublicKey())));
            }
        };
    }

    private static Path pem(PublicKey key) throws IOException {
        Path file = Files.createTempFile("issuer", ".pem");
        file.toFile().deleteOnExit();
        String text = Base64.getMimeEncoder().encodeToString(key.getEncoded());
        Files.writeString(file, "-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n");
        return file;
    }

    private String token(JWSSigner signer) throws JOSEException {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject("alice")
                .claim("roles", List.of("developer"))
                .claim("tenant", "acme")
                .claim("exp", Instant.now().plusSeconds(3600).getEpochSecond())
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.parse(algorithm)), claims);
        token.sign(signer);
        return token.serialize();
    }
}
