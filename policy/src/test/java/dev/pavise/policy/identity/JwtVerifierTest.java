package dev.pavise.policy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import dev.pavise.policy.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JwtVerifierTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final String CLAIMS =
            "{\"iss\":\"https://id.example\",\"aud\":\"pavise\",\"sub\":\"alice\",\"exp\":1000300";

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = "HS256", mode = EnumSource.Mode.EXCLUDE)
    void acceptsEachAlgorithmFromEitherProvider(Algorithm algorithm) throws IOException {
        KeyPair keys = Forge.keys(algorithm);
        Issuer issuer = corp(Set.of(algorithm), pem(keys));
        String token = Forge.token(
                "{\"alg\":\"" + algorithm.text() + "\",\"typ\":\"JWT\"}", CLAIMS + "}", algorithm, keys.getPrivate());
        String other = Forge.token(
                "{\"alg\":\"" + algorithm.text() + "\"}",
                CLAIMS + "}",
                algorithm,
                Forge.keys(algorithm).getPrivate());
        for (SignatureProvider provider : List.of(SignatureProvider.fastest(), SignatureProvider.jdk())) {
            JwtVerifier verifier = verifier(issuer, provider);
            assertEquals("jwt:corp:alice", verified(verifier.verify(token)).id(), provider.description());
            assertEquals(UnprovenReason.BAD_SIGNATURE, reason(verifier.verify(other)), provider.description());
            assertNoBitCanChange(verifier, token);
        }
    }

    private static void assertNoBitCanChange(JwtVerifier verifier, String token) {
        int signature = token.lastIndexOf('.') + 1;
        for (int at = signature; at < token.length(); at += 7) {
            char other = token.charAt(at) == 'A' ? 'B' : 'A';
            String changed = token.substring(0, at) + other + token.substring(at + 1);
            assertInstanceOf(JwtVerifier.Verdict.Refused.class, verifier.verify(changed));
        }
    }

    @Test
    void tellsWhereSignaturesCostMoreThanTheyShould() {
        SignatureProvider slow =
                SignatureProvider.withoutNative(new UnsatisfiedLinkError("no library for this machine"));
        List<String> warnings =
                JwtVerifier.load(List.of(), slow, InstantSource.fixed(NOW)).warnings();
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains("no library for this machine"), warnings.getFirst());
        assertEquals(
                List.of(),
                JwtVerifier.load(List.of(), SignatureProvider.fastest(), InstantSource.fixed(NOW))
                        .warnings());
    }

    @Test
    void acceptsSharedSecretsWithoutIssuerAndAudienceAndWarns() {
        Issuer issuer = Issuer.of(
                "local",
                Expected.anything(),
                Expected.anything(),
                Set.of(Algorithm.HS256),
                new KeySource.SharedSecret(Forge.SECRET));
        JwtVerifier verifier = verifier(issuer, SignatureProvider.fastest());
        assertEquals(2, verifier.warnings().size());
        for (String claims :
                List.of("{\"sub\":\"bob\",\"exp\":1000300}", "{\"iss\":\"x\",\"sub\":\"bob\",\"exp\":1000300}")) {
            String token = Forge.token("{\"alg\":\"HS256\"}", claims, Forge.secret());
            assertEquals("jwt:local:bob", verified(verifier.verify(token)).id());
        }
        String forever = Forge.token("{\"alg\":\"HS256\"}", "{\"sub\":\"bob\"}", Forge.secret());
        assertEquals(UnprovenReason.BAD_CLAIM, reason(verifier.verify(forever)));
    }

    @Test
    void letsTheTokenChooseItsIssuerAndNoOther() throws IOException {
        KeyPair keys = Forge.keys(Algorithm.ES256);
        Issuer corp = corp(Set.of(Algorithm.ES256), pem(keys));
        Issuer local = Issuer.of(
                "local",
                Expected.anything(),
                Expected.anything(),
                Set.of(Algorithm.HS256),
                new KeySource.SharedSecret(Forge.SECRET));
        JwtVerifier verifier =
                JwtVerifier.load(List.of(corp, local), SignatureProvider.fastest(), InstantSource.fixed(NOW));
        String right = Forge.token("{\"alg\":\"ES256\"}", CLAIMS + "}", Algorithm.ES256, keys.getPrivate());
        assertEquals("jwt:corp:alice", verified(verifier.verify(right)).id());
        String posing = Forge.token("{\"alg\":\"HS256\"}", CLAIMS + "}", Forge.secret());
        assertEquals(UnprovenReason.ALGORITHM, reason(verifier.verify(posing)));
        String other = Forge.token("{\"alg\":\"HS256\"}", "{\"sub\":\"x\",\"exp\":1000300}", Forge.secret());
        assertEquals("jwt:local:x", verified(verifier.verify(other)).id());
    }

    @Test
    void tellsIssuersOfOneNameApartByTheirAlgorithms() throws IOException {
        KeyPair keys = Forge.keys(Algorithm.ES256);
        Issuer corp = corp(Set.of(Algorithm.ES256), pem(keys));
        Issuer batch = Issuer.of(
                "batch",
                corp.issuer(),
                corp.audience(),
                Set.of(Algorithm.HS256),
                new KeySource.SharedSecret(Forge.SECRET));
        JwtVerifier verifier =
                JwtVerifier.load(List.of(corp, batch), SignatureProvider.fastest(), InstantSource.fixed(NOW));
        String ofCorp = Forge.token("{\"alg\":\"ES256\"}", CLAIMS + "}", Algorithm.ES256, keys.getPrivate());
        String ofBatch = Forge.token("{\"alg\":\"HS256\"}", CLAIMS + "}", Forge.secret());
        String confused = Forge.token(
                "{\"alg\":\"HS256\"}", CLAIMS + "}", keys.getPublic().getEncoded());
        assertEquals("jwt:corp:alice", verified(verifier.verify(ofCorp)).id());
        assertEquals("jwt:batch:alice", verified(verifier.verify(ofBatch)).id());
        assertEquals(UnprovenReason.BAD_SIGNATURE, reason(verifier.verify(confused)));
        Refusal.of(() -> JwtVerifier.load(
                List.of(batch, Issuer.of("two", corp.issuer(), corp.audience(), Set.of(Algorithm.HS256), batch.keys())),
                SignatureProvider.fastest(),
                InstantSource.fixed(NOW)));
    }

    @Test
    void readsRolesPermissionsScopeAndGroups() throws IOException {
        Subject.Token subject = verified(check(
                ",\"roles\":[\"developer\"],\"permissions\":[\"a:b\"],\"scope\":\"openid c:d  e:f\",\"groups\":[\"staff\"],"
                        + "\"tenant\":{\"id\":7,\"none\":null},\"azp\":null,\"act\":{\"sub\":\"agent\"}",
                ClaimNames.STANDARD));
        assertEquals(List.of("developer"), subject.roles());
        assertEquals(List.of("a:b", "openid", "c:d", "e:f"), subject.permissions());
        assertEquals(List.of("staff"), subject.groups());
        assertEquals(NOW.plusSeconds(360), subject.expiry());
        assertEquals(Map.of("sub", "agent"), subject.claims().get("act"));
        assertEquals(1_000_300L, subject.claims().get("exp"));
        assertEquals("jwt:corp:alice", subject.toString());
    }

    @Test
    void readsMappedNamesAsTheyStandOrAsAWay() throws IOException {
        ClaimNames names = new ClaimNames("user.id", "realm_access.roles", "https://x.example/perms", "scp", "g");
        Subject.Token subject = verified(check(
                ",\"user\":{\"id\":\"al\"},\"realm_access\":{\"roles\":[\"r\"]},\"https://x.example/perms\":[\"a:b\"],"
                        + "\"scp\":[\"c:d e:f\",\"g:h\"],\"roles\":[\"other\"]",
                names));
        assertEquals("jwt:corp:al", subject.id());
        assertEquals(List.of("r"), subject.roles());
        assertEquals(List.of("a:b", "c:d", "e:f", "g:h"), subject.permissions());
        assertEquals(List.of(), subject.groups());
    }

    @Test
    void takesOneRoleAsTextUnderAMappedName() throws IOException {
        ClaimNames names = new ClaimNames("sub", "role", "permissions", "scope", "groups");
        assertEquals(
                List.of("agent"), verified(check(",\"role\":\"agent\"", names)).roles());
    }

    @ParameterizedTest
    @CsvSource({
        "1000300, 1000000, true",
        "1000000, 1000000, true",
        "999941, 1000000, true",
        "999940, 1000000, false",
        "999940.9, 1000000, false",
        "1e6, 1000000, true",
        "253402300799, 1000000, true",
        "253402300800, 1000000, false",
        "1000300, 1000060, true",
        "1000300, 1000061, false",
        "1000300, 1000060.5, false",
        "1000300, 0, true"
    })
    void allowsForTheClockSkewAndNoMore(String expires, String notBefore, boolean accepted) throws IOException {
        KeyPair keys = Forge.keys(Algorithm.ES256);
        JwtVerifier verifier = verifier(corp(Set.of(Algorithm.ES256), pem(keys)), SignatureProvider.fastest());
        for (String claim : List.of("nbf", "iat")) {
            String claims = "{\"iss\":\"https://id.example\",\"aud\":[\"x\",\"pavise\"],\"sub\":\"a\",\"exp\":"
                    + expires + ",\"" + claim + "\":" + notBefore + "}";
            String token = Forge.token("{\"alg\":\"ES256\"}", claims, Algorithm.ES256, keys.getPrivate());
            assertEquals(accepted, verifier.verify(token) instanceof JwtVerifier.Verdict.Verified);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"alg":"ES256"}               | {"iss":"https://id.example","aud":"pavise","sub":"a"}                               | BAD_CLAIM | exp
            {"alg":"ES256"}               | {"iss":"https://id.example","aud":"pavise","sub":"a","exp":"soon"}                  | BAD_CLAIM | exp
            {"alg":"ES256"}               | {"iss":"https://id.example","aud":"pavise","sub":"a","exp":9}                       | EXPIRED | exp
            {"alg":"ES256"}               | {"iss":"https://id.example","aud":"pavise","sub":"a","exp":1000300,"nbf":2000000}   | NOT_YET_VALID | nbf
            {"alg":"ES256"}               | {"iss":"https://id.example","aud":"pavise","sub":"a","exp":1000300,"iat":2000000}   | NOT_YET_VALID | iat
            {"alg":"ES256"}               | {"iss":"https://id.example","aud":7,"sub":"a","exp":1000300}                        | BAD_CLAIM | aud
            {"alg":"ES256"}               | {"iss":"https://id.example","aud":"other","sub":"a","exp":1000300}                  | WRONG_AUDIENCE | aud
            {"alg":"ES256"}               | {"iss":"https://id.example","aud":"pavise","exp":1000300}                           | BAD_CLAIM | sub
            {"alg":"ES256"}               | {"iss":"https://id.example","aud":"pavise","sub":"a","exp":1000300,"roles":{}}      | BAD_CLAIM | roles
            {"alg":"ES256"}               | {"iss":"https://id.example","aud":"pavise","sub":"a","exp":1000300,"scope":[1]}     | BAD_CLAIM | scope
            {"alg":"ES256"}               | {"iss":"https://id.example","aud":"pavise","sub":"a","exp":1000300,"act":"b"}       | BAD_CLAIM | act
            {"alg":"ES256"}               | {"iss":"https://else.example","aud":"pavise","sub":"a","exp":1000300}               | UNKNOWN_ISSUER | iss
            {"alg":"ES256"}               | {"iss":[],"aud":"pavise","sub":"a","exp":1000300}                                   | BAD_CLAIM | iss
            {"alg":"ES256"}               | {"iss":                                                                             | MALFORMED | claims
            {"alg":"ES256","jku":"x"}     | {}                                                                                  | FORBIDDEN_HEADER | jku
            {"alg":"ES256","typ":"other"} | {}                                                                                  | WRONG_TYPE | typ
            {"alg":"ES256","kid":7}       | {}                                                                                  | MALFORMED | kid
            {"typ":"JWT"}                 | {}                                                                                  | MALFORMED | alg
            {"alg":                       | {}                                                                                  | MALFORMED | header
            """)
    void namesTheClaimOrParameterThatIsToBlame(String header, String claims, UnprovenReason reason, String part)
            throws IOException {
        KeyPair keys = Forge.keys(Algorithm.ES256);
        JwtVerifier verifier = verifier(corp(Set.of(Algorithm.ES256), pem(keys)), SignatureProvider.fastest());
        String token = Forge.token(header, claims, Algorithm.ES256, keys.getPrivate());
        assertEquals(new JwtVerifier.Verdict.Refused(reason, part), verifier.verify(token));
    }

    private JwtVerifier.Verdict check(String claims, ClaimNames names) throws IOException {
        KeyPair keys = Forge.keys(Algorithm.ES256);
        Issuer issuer = new Issuer(
                "corp",
                Expected.exactly("https://id.example"),
                Expected.exactly("pavise"),
                Set.of(Algorithm.ES256),
                pem(keys),
                Duration.ofSeconds(60),
                names);
        return verifier(issuer, SignatureProvider.fastest())
                .verify(Forge.token("{\"alg\":\"ES256\"}", CLAIMS + claims + "}", Algorithm.ES256, keys.getPrivate()));
    }

    private KeySource pem(KeyPair keys) throws IOException {
        Path file = folder.resolve("key.pem");
        Files.writeString(file, Forge.pem("PUBLIC KEY", keys.getPublic().getEncoded()));
        return new KeySource.PublicKeyFile(file);
    }

    private static Issuer corp(Set<Algorithm> algorithms, KeySource keys) {
        return Issuer.of("corp", Expected.exactly("https://id.example"), Expected.exactly("pavise"), algorithms, keys);
    }

    private static JwtVerifier verifier(Issuer issuer, SignatureProvider provider) {
        return JwtVerifier.load(List.of(issuer), provider, InstantSource.fixed(NOW));
    }

    private static Subject.Token verified(JwtVerifier.Verdict verdict) {
        return assertInstanceOf(JwtVerifier.Verdict.Verified.class, verdict).subject();
    }

    private static UnprovenReason reason(JwtVerifier.Verdict verdict) {
        return assertInstanceOf(JwtVerifier.Verdict.Refused.class, verdict).reason();
    }
}
