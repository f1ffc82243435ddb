package dev.pavise.policy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Binding;
import dev.pavise.policy.MayGrant;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Role;
import dev.pavise.policy.limit.Limits;
import dev.pavise.policy.limit.Rate;
import dev.pavise.policy.limit.RefusedCredentials;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentitiesTest {
    private static final String OPERATOR = "pav_op_0123456789abcdefghijklmnopqrstuvwxyz";
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final AtomicLong seconds = new AtomicLong(1000);
    private final InstantSource clock = () -> Instant.ofEpochSecond(seconds.get());
    private final Identities identities = identities(OPERATOR, "3/minute");

    @Test
    void provesTheOperator() {
        for (String scheme : List.of("Bearer", "bearer", "BEARER")) {
            assertEquals("operator", proven(bearer(scheme + " " + OPERATOR)).id());
        }
    }

    @Test
    void provesTokensAndRemembersThem() {
        String token = token("alice", 2000);
        Principal first = proven(bearer("Bearer " + token));
        assertEquals("jwt:local:alice", first.id());
        assertTrue(first.permissions().allows(Permission.parse("agent:list")));
        assertSame(first, proven(bearer("Bearer " + token)));
    }

    @Test
    void rememberedTokensExpire() {
        String token = token("alice", 1010);
        proven(bearer("Bearer " + token));
        pass(Duration.ofSeconds(69));
        proven(bearer("Bearer " + token));
        pass(Duration.ofSeconds(1));
        assertEquals(UnprovenReason.EXPIRED, unproven(bearer("Bearer " + token)));
    }

    @Test
    void provesCertificatesByTheirBoundRoles() {
        Principal bound = proven(new Presented(List.of(), List.of(), "spiffe://x.example/agent", HERE));
        assertEquals("cert:spiffe://x.example/agent", bound.id());
        assertTrue(bound.permissions().allows(Permission.parse("agent:list")));
        Principal unbound = proven(new Presented(List.of(), List.of(), "other", HERE));
        assertFalse(unbound.permissions().allows(Permission.parse("agent:list")));
    }

    @Test
    void certificateBesideACredentialIsRecordedAndAddsNothing() {
        String token = "Bearer " + token("mallory", 2000);
        for (int round = 0; round < 2; round++) {
            Principal principal = proven(new Presented(List.of(token), List.of(), "spiffe://x.example/agent", HERE));
            assertEquals("jwt:local:mallory", principal.id());
            assertEquals("spiffe://x.example/agent", principal.certificate().orElseThrow());
            assertFalse(principal.permissions().allows(Permission.parse("agent:list")));
        }
        assertTrue(proven(bearer(token)).certificate().isEmpty(), "another connection's certificate is not remembered");
    }

    @Test
    void certificateDoesNotMakeARefusedCredentialGood() {
        assertEquals(
                UnprovenReason.UNKNOWN_TOKEN,
                unproven(new Presented(List.of("Bearer wrong"), List.of(), "spiffe://x.example/agent", HERE)));
        assertEquals(
                UnprovenReason.UNKNOWN_API_KEY,
                unproven(new Presented(List.of(), List.of("pav_live_x"), "spiffe://x.example/agent", HERE)));
    }

    @Test
    void refusesTwoCredentialsInOneRequest() {
        String right = "Bearer " + OPERATOR;
        for (Presented presented : List.of(
                new Presented(List.of(right, right), List.of(), null, HERE),
                new Presented(List.of(right), List.of("key"), null, HERE),
                new Presented(List.of(right), List.of(""), null, HERE),
                new Presented(List.of(), List.of("a", "b"), null, HERE))) {
            assertInstanceOf(Identity.Ambiguous.class, identities.identify(presented));
        }
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "'',malformed",
                "' ',malformed",
                "Bearer,malformed",
                "'Bearer ',malformed",
                "'Bearer  x',malformed",
                "' Bearer x',malformed",
                "'Bearer x ',malformed",
                "'Bearer x y',malformed",
                "'Bearer x,Bearer y',malformed",
                "'Bearer x;y',malformed",
                "'Bearer =',malformed",
                "'Bearer a=b',malformed",
                "'Bearer\tx',malformed",
                "'Bearer: x',malformed",
                "Bearer \u00e9,malformed",
                "'Basic YTpi',unsupported_scheme",
                "'Digest a=b',unsupported_scheme",
                "'token x',unsupported_scheme",
                "x,unsupported_scheme",
                "'Bearer x',unknown_token",
                "'Bearer x==',unknown_token",
                "'Bearer a.b',malformed",
                "'Bearer a.b.c',malformed",
                "'Bearer a.b.c.d.e',malformed"
            })
    void refusesOtherFormsOfCredentials(String authorization, String reason) {
        assertEquals(reason, unproven(bearer(authorization)).code());
    }

    @Test
    void tellsMissingApartAndChargesNothingForIt() {
        for (int asked = 0; asked < 20; asked++) {
            assertEquals(UnprovenReason.MISSING, unproven(new Presented(List.of(), List.of(), null, HERE)));
        }
        assertEquals(UnprovenReason.UNKNOWN_TOKEN, unproven(bearer("Bearer wrong")));
    }

    @Test
    void stopsAFloodBeforeAnySignatureIsChecked() {
        String known = token("alice", 2000);
        proven(bearer("Bearer " + known));
        String unknown = token("bob", 2000);
        for (int asked = 0; asked < 3; asked++) {
            assertEquals(UnprovenReason.BAD_SIGNATURE, unproven(bearer("Bearer " + forged(asked))));
        }
        assertEquals(20, throttled(bearer("Bearer " + forged(9))));
        assertEquals(20, throttled(bearer("Bearer " + unknown)), "nothing is looked at, not even a right one");
        assertEquals(20, throttled(bearer("Basic x")));
        assertEquals(20, throttled(new Presented(List.of(), List.of("key"), null, HERE)));
        assertEquals("jwt:local:alice", proven(bearer("Bearer " + known)).id());
        assertEquals("operator", proven(bearer("Bearer " + OPERATOR)).id());
        pass(Duration.ofSeconds(20));
        assertEquals("jwt:local:bob", proven(bearer("Bearer " + unknown)).id());
    }

    @Test
    void limitsTheGuessingOfAShortOperatorToken() {
        Identities weak = identities("sixteen-letters!".replace('!', 'x'), "3/minute");
        for (int asked = 0; asked < 3; asked++) {
            assertInstanceOf(Identity.Unproven.class, weak.identify(bearer("Bearer guess" + asked)));
        }
        assertInstanceOf(Identity.Throttled.class, weak.identify(bearer("Bearer sixteen-lettersx")));
        pass(Duration.ofSeconds(20));
        assertInstanceOf(Identity.Proven.class, weak.identify(bearer("Bearer sixteen-lettersx")));
    }

    @Test
    void rightCredentialsAreNeverCounted() {
        for (int asked = 0; asked < 50; asked++) {
            proven(bearer("Bearer " + token("user" + asked, 2000)));
        }
    }

    @Test
    void provesNobodyByAnyText() {
        Identities open = identities(OPERATOR, "1000000/second");
        SplittableRandom random = new SplittableRandom(14);
        String letters = "Bearer  .=abc\t,\u0000\u00e9\ud800";
        for (int round = 0; round < 100_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "Bearer " : "");
            for (int at = random.nextInt(12); at > 0; at--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            assertInstanceOf(Identity.Unproven.class, open.identify(bearer(text.toString())));
        }
    }

    @Test
    void showsNoCredential() {
        Presented presented = bearer("Bearer " + OPERATOR);
        assertFalse(presented.toString().contains(OPERATOR));
        assertFalse(BearerText.read("Bearer " + OPERATOR).toString().contains(OPERATOR));
    }

    private Identities identities(String operator, String refused) {
        Policy policy = Policy.compile(
                List.of(new Role("reader", Set.of(Permission.parse("agent:list")))),
                List.of(
                        Binding.ofPrincipal("alice", Set.of("reader")),
                        Binding.ofPrincipal("cert:spiffe://x.example/agent", Set.of("reader"))),
                Set.of(),
                Map.of("local", MayGrant.byDefault()));
        Issuer issuer = Issuer.of(
                "local",
                Expected.anything(),
                Expected.anything(),
                Set.of(Algorithm.HS256),
                new KeySource.SharedSecret(Forge.SECRET));
        Limits limits = new Limits(() -> seconds.get() * 1_000_000_000L, 100);
        return new Identities(
                policy,
                JwtVerifier.load(List.of(issuer), SignatureProvider.fastest(), clock),
                OperatorToken.of(operator),
                ApiKeys.NONE,
                new RefusedCredentials(limits.limiter("refused", Rate.parse(refused))),
                clock);
    }

    private static String token(String subject, long expires) {
        return Forge.token(
                "{\"alg\":\"HS256\"}", "{\"sub\":\"" + subject + "\",\"exp\":" + expires + "}", Forge.secret());
    }

    private static String forged(int number) {
        return Forge.token("{\"alg\":\"HS256\"}", "{\"sub\":\"x" + number + "\",\"exp\":2000}", new byte[32]);
    }

    private static Presented bearer(String authorization) {
        return new Presented(List.of(authorization), List.of(), null, HERE);
    }

    private void pass(Duration time) {
        seconds.addAndGet(time.toSeconds());
    }

    private Principal proven(Presented presented) {
        return assertInstanceOf(Identity.Proven.class, identities.identify(presented))
                .principal();
    }

    private UnprovenReason unproven(Presented presented) {
        return assertInstanceOf(Identity.Unproven.class, identities.identify(presented))
                .reason();
    }

    private long throttled(Presented presented) {
        return assertInstanceOf(Identity.Throttled.class, identities.identify(presented))
                .retryAfterSeconds();
    }
}
