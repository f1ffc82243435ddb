package dev.pavise.policy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
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
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tokens can be proven by keys that are fetched, come, go and run out. */
final class RemoteKeysTest {
    private static final Instant NOW = Instant.ofEpochSecond(1000);
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final KeyPair ONE = Forge.keys(Algorithm.ES256);
    private static final KeyPair TWO = Forge.keys(Algorithm.ES256);
    private static final String CLAIMS =
            "{\"iss\":\"https://id.example\",\"aud\":\"pavise\",\"sub\":\"alice\",\"exp\":2000,\"groups\":[\"staff\"]}";

    private final Published remote = new Published();
    private final JwtVerifier tokens = JwtVerifier.load(
            List.of(Issuer.of(
                    "corp",
                    Expected.exactly("https://id.example"),
                    Expected.oneOf(List.of("pavise", "also-pavise")),
                    Set.of(Algorithm.ES256),
                    new KeySource.Remote(remote))),
            SignatureProvider.jdk(),
            InstantSource.fixed(NOW));
    private final Identities identities = identities("reader");

    /** Keys that the test sets, and a fetch that it ends. */
    private static final class Published implements RemoteKeys {
        private State state = new State.Missing();
        private int asked;
        private boolean willing = true;
        private final CompletableFuture<Void> fetch = new CompletableFuture<>();

        @Override
        public State now() {
            return state;
        }

        @Override
        public Optional<CompletionStage<?>> ask() {
            asked++;
            return willing ? Optional.of(fetch) : Optional.empty();
        }
    }

    private static RemoteKeys.State ready(String... jwks) {
        String text = Arrays.stream(jwks).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
        return new RemoteKeys.State.Ready(read(text));
    }

    static PublishedKeys read(String text) {
        return assertInstanceOf(
                        PublishedKeys.Reading.Read.class,
                        PublishedKeys.read(text.getBytes(StandardCharsets.UTF_8), SignatureProvider.jdk()))
                .keys();
    }

    private static String jwk(String id, KeyPair pair) {
        return new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic())
                .keyID(id)
                .build()
                .toJSONString();
    }

    private Identities identities(String role) {
        Policy policy = Policy.compile(
                List.of(
                        new Role("reader", Set.of(Permission.parse("agent:list"))),
                        new Role("other", Set.of(Permission.parse("x:y")))),
                List.of(Binding.ofGroup("jwt:corp:staff", Set.of(role))),
                Set.of(),
                Map.of("corp", MayGrant.byDefault()));
        return new Identities(
                policy,
                tokens,
                OperatorToken.of("pav_op_0123456789abcdefghijklmnopqrstuvwxyz"),
                ApiKeys.NONE,
                new RefusedCredentials(new Limits(() -> 0, 100).limiter("refused", Rate.parse("3/minute"))),
                InstantSource.fixed(NOW));
    }

    private static String token(String id, KeyPair pair) {
        return Forge.token("{\"alg\":\"ES256\",\"kid\":\"" + id + "\"}", CLAIMS, Algorithm.ES256, pair.getPrivate());
    }

    private Identity identify(String token, boolean mayWait) {
        return identities.identify(new Presented(List.of("Bearer " + token), List.of(), null, HERE), mayWait);
    }

    private UnprovenReason unproven(String token) {
        return assertInstanceOf(Identity.Unproven.class, identify(token, false)).reason();
    }

    private Principal proven(String token) {
        return assertInstanceOf(Identity.Proven.class, identify(token, false)).principal();
    }

    @Test
    void provesByTheKeysOfTheMoment() {
        remote.state = ready(jwk("one", ONE));
        assertEquals("jwt:corp:alice", proven(token("one", ONE)).id());
        assertEquals(UnprovenReason.BAD_SIGNATURE, unproven(token("one", TWO)));
        assertEquals(0, remote.asked);
    }

    /** A forgery is remembered, but only against the keys that it was checked by. */
    @Test
    void provesByLaterKeysWhatWasForgedByFormerOnes() {
        String byTwo = token("one", TWO);
        remote.state = ready(jwk("one", ONE));
        assertEquals(UnprovenReason.BAD_SIGNATURE, unproven(byTwo));
        assertEquals(UnprovenReason.BAD_SIGNATURE, unproven(byTwo));
        remote.state = new RemoteKeys.State.Stale();
        assertEquals(UnprovenReason.ISSUER_KEYS_STALE, unproven(byTwo));
        remote.state = ready(jwk("one", TWO));
        assertEquals("jwt:corp:alice", proven(byTwo).id());
        remote.state = ready(jwk("one", ONE));
        assertEquals(UnprovenReason.BAD_SIGNATURE, unproven(byTwo));
    }

    @Test
    void waitsForTheKeysThatAreMissing() {
        CompletionStage<?> until = assertInstanceOf(Identity.Unsettled.class, identify(token("one", ONE), true))
                .until();
        assertSame(remote.fetch, until);
        remote.state = ready(jwk("one", ONE));
        assertInstanceOf(Identity.Proven.class, identify(token("one", ONE), true));
        assertInstanceOf(Identity.Unsettled.class, identify(token("two", TWO), true));
        remote.state = ready(jwk("one", ONE), jwk("two", TWO));
        assertInstanceOf(Identity.Proven.class, identify(token("two", TWO), true));
    }

    @Test
    void asksNobodyWithoutLeaveToWait() {
        assertEquals(UnprovenReason.ISSUER_KEYS_MISSING, unproven(token("one", ONE)));
        remote.state = ready(jwk("one", ONE));
        assertEquals(UnprovenReason.UNKNOWN_KEY, unproven(token("two", TWO)));
        assertEquals(0, remote.asked);
    }

    @Test
    void refusesWhenItIsTooEarlyToAskAgain() {
        remote.state = ready(jwk("one", ONE));
        remote.willing = false;
        for (int i = 0; i < 3; i++) {
            assertInstanceOf(Identity.Unproven.class, identify(token("two" + i, TWO), true));
        }
        assertInstanceOf(Identity.Throttled.class, identify(token("two", TWO), true));
        assertEquals(3, remote.asked, "an address that is throttled asks nobody");
    }

    /** It is not the callers' fault, and must not lock out the callers of other issuers behind the same address. */
    @Test
    void chargesNobodyForAnIssuerThatIsAway() {
        for (int i = 0; i < 20; i++) {
            assertEquals(UnprovenReason.ISSUER_KEYS_MISSING, unproven(token("one", ONE)));
        }
        remote.state = new RemoteKeys.State.Stale();
        for (int i = 0; i < 20; i++) {
            assertEquals(UnprovenReason.ISSUER_KEYS_STALE, unproven(token("one", ONE)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"iss\":\"https://id.example\",\"aud\":\"pavise\",\"sub\":\"a\"}",
                "{\"iss\":\"https://id.example\",\"aud\":\"pavise\",\"sub\":\"a\",\"exp\":900}",
                "{\"iss\":\"https://id.example\",\"aud\":\"other\",\"sub\":\"a\",\"exp\":2000}",
                "{\"iss\":\"https://id.example\",\"aud\":\"pavise\",\"sub\":\"a\",\"exp\":2000,\"nbf\":1900}",
                "{\"iss\":\"https://id.example\",\"aud\":\"pavise\",\"sub\":1,\"exp\":2000}",
                "{\"iss\":\"https://evil.example\",\"aud\":\"pavise\",\"sub\":\"a\",\"exp\":2000}",
                "{\"aud\":\"pavise\",\"sub\":\"a\",\"exp\":2000}"
            })
    void asksNobodyForATokenThatWouldBeRefusedAnyway(String claims) {
        String token = Forge.token("{\"alg\":\"ES256\"}", claims, Algorithm.ES256, ONE.getPrivate());
        assertInstanceOf(Identity.Unproven.class, identify(token, true));
        assertEquals(0, remote.asked);
    }

    @Test
    void asksNobodyForAnAlgorithmThatIsNotAllowed() {
        KeyPair other = Forge.keys(Algorithm.ES384);
        String token = Forge.token("{\"alg\":\"ES384\",\"kid\":\"x\"}", CLAIMS, Algorithm.ES384, other.getPrivate());
        assertInstanceOf(Identity.Unproven.class, identify(token, true));
        assertEquals(0, remote.asked);
    }

    @Test
    void forgetsWhatWithdrawnKeysHaveProven() {
        String byOne = token("one", ONE);
        String byTwo = token("two", TWO);
        remote.state = ready(jwk("one", ONE), jwk("two", TWO));
        proven(byOne);
        proven(byTwo);
        remote.state = ready(jwk("two", TWO));
        assertEquals(UnprovenReason.UNKNOWN_KEY, unproven(byOne));
        proven(byTwo);
        remote.state = ready(jwk("two", ONE));
        assertEquals(UnprovenReason.BAD_SIGNATURE, unproven(byTwo));
        String last = token("two", ONE);
        proven(last);
        remote.state = new RemoteKeys.State.Stale();
        assertEquals(UnprovenReason.ISSUER_KEYS_STALE, unproven(last));
    }

    /** A change of bindings or API keys makes new identities; clients need not pay for their signatures again. */
    @Test
    void remembersTokensOverPoliciesButNoRights() {
        remote.state = ready(jwk("one", ONE));
        String token = token("one", ONE);
        Principal first = proven(token);
        assertTrue(first.permissions().allows(Permission.parse("agent:list")));
        assertSame(first, proven(token));
        Identities renewed = identities("other");
        remote.state = new RemoteKeys.State.Ready(((RemoteKeys.State.Ready) remote.state).keys());
        Principal second = assertInstanceOf(
                        Identity.Proven.class,
                        renewed.identify(new Presented(List.of("Bearer " + token), List.of(), null, HERE)))
                .principal();
        assertNotSame(first, second);
        assertSame(first.subject(), second.subject(), "it was not verified anew");
        assertTrue(!second.permissions().allows(Permission.parse("agent:list")));
    }

    @Test
    void takesAnyOfSeveralAudiences() {
        remote.state = ready(jwk("one", ONE));
        String other = CLAIMS.replace("\"pavise\"", "[\"x\",\"also-pavise\"]");
        proven(Forge.token("{\"alg\":\"ES256\"}", other, Algorithm.ES256, ONE.getPrivate()));
        String none = CLAIMS.replace("\"pavise\"", "[\"x\",\"pavis\"]");
        assertEquals(
                UnprovenReason.WRONG_AUDIENCE,
                unproven(Forge.token("{\"alg\":\"ES256\"}", none, Algorithm.ES256, ONE.getPrivate())));
    }

    @Test
    void refusesToGuessAmongKeysOfOneName() {
        remote.state = ready(jwk("one", ONE), jwk("one", TWO));
        assertEquals(UnprovenReason.UNKNOWN_KEY, unproven(token("one", ONE)));
        assertInstanceOf(Identity.Unproven.class, identify(token("one", TWO), true));
        assertEquals(0, remote.asked, "asking again would not help");
    }

    @Test
    void tellsKeySetsApart() {
        PublishedKeys one = read("{\"keys\":[" + jwk("one", ONE) + "]}");
        PublishedKeys both = read("{\"keys\":[" + jwk("two", TWO) + "," + jwk("one", ONE) + "]}");
        PublishedKeys nameless = read("{\"keys\":[" + jwk("one", ONE).replace("\"kid\":\"one\",", "") + "]}");
        assertEquals(one, read("{\"keys\":[" + jwk("one", ONE) + "]}"));
        assertEquals(both, read("{\"keys\":[" + jwk("one", ONE) + "," + jwk("two", TWO) + "]}"));
        assertEquals(List.of("two"), both.without(one));
        assertEquals(List.of(), one.without(both));
        assertEquals(List.of("-"), nameless.names());
        assertEquals(List.of("-"), nameless.without(one));
        assertEquals(List.of("one"), one.without(read("{\"keys\":[" + jwk("one", TWO) + "]}")));
        assertTrue(one.fits(Set.of(Algorithm.ES256, Algorithm.RS256)));
        assertTrue(!one.fits(Set.of(Algorithm.RS256)));
    }
}
