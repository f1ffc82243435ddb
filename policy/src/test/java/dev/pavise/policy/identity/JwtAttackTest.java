package dev.pavise.policy.identity;

import static dev.pavise.policy.identity.AttackedIssuer.CLAIMS;
import static dev.pavise.policy.identity.AttackedIssuer.ES;
import static dev.pavise.policy.identity.AttackedIssuer.attack;
import static dev.pavise.policy.identity.AttackedIssuer.cutBySixteenBytes;
import static dev.pavise.policy.identity.AttackedIssuer.der;
import static dev.pavise.policy.identity.AttackedIssuer.fixed;
import static dev.pavise.policy.identity.AttackedIssuer.jwk;
import static dev.pavise.policy.identity.AttackedIssuer.local;
import static dev.pavise.policy.identity.AttackedIssuer.unsigned;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What RFC 8725 and the history of JWT libraries warn of in headers and signatures, each with the reason that the audit trail gets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JwtAttackTest {
    private final AttackedIssuer issuer;

    JwtAttackTest(@TempDir Path folder) throws IOException {
        issuer = new AttackedIssuer(folder);
    }

    @BeforeAll
    void theTokenThatAttacksStartFromIsGood() {
        issuer.assertStartIsGood();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource({"ofHeader", "ofSignature"})
    void refuses(String attack, UnprovenReason reason, String token) {
        issuer.assertRefused(reason, token);
    }

    Stream<Arguments> ofHeader() {
        byte[] publicKey = issuer.rsa.getPublic().getEncoded();
        String pem = Forge.pem("PUBLIC KEY", publicKey);
        String own = jwk((ECPublicKey) issuer.attacker.getPublic(), "ec");
        return Stream.of(
                attack("none", UnprovenReason.ALGORITHM, unsigned("{\"alg\":\"none\"}", "")),
                attack("None", UnprovenReason.ALGORITHM, unsigned("{\"alg\":\"None\"}", "")),
                attack("none with a signature", UnprovenReason.ALGORITHM, issuer.signed("{\"alg\":\"none\"}", CLAIMS)),
                attack("empty alg", UnprovenReason.ALGORITHM, issuer.signed("{\"alg\":\"\"}", CLAIMS)),
                attack("no alg", UnprovenReason.MALFORMED, issuer.signed("{\"kid\":\"ec\"}", CLAIMS)),
                attack("alg null", UnprovenReason.MALFORMED, issuer.signed("{\"alg\":null}", CLAIMS)),
                attack("alg number", UnprovenReason.MALFORMED, issuer.signed("{\"alg\":256}", CLAIMS)),
                attack("alg in lower case", UnprovenReason.ALGORITHM, issuer.signed("{\"alg\":\"es256\"}", CLAIMS)),
                attack(
                        "alg not allowed",
                        UnprovenReason.ALGORITHM,
                        issuer.rs256("{\"alg\":\"RS256\",\"kid\":\"rsa\"}")),
                attack(
                        "alg of another key",
                        UnprovenReason.ALGORITHM,
                        issuer.signed("{\"alg\":\"PS256\",\"kid\":\"ec\"}", CLAIMS)),
                attack(
                        "alg of another curve",
                        UnprovenReason.ALGORITHM,
                        issuer.signed("{\"alg\":\"ES384\",\"kid\":\"ec\"}", CLAIMS)),
                attack(
                        "public key as secret, der",
                        UnprovenReason.ALGORITHM,
                        Forge.token("{\"alg\":\"HS256\",\"kid\":\"rsa\"}", CLAIMS, publicKey)),
                attack(
                        "public key as secret, pem",
                        UnprovenReason.ALGORITHM,
                        Forge.token("{\"alg\":\"HS256\"}", CLAIMS, pem.getBytes(StandardCharsets.US_ASCII))),
                attack(
                        "kid unknown",
                        UnprovenReason.UNKNOWN_KEY,
                        issuer.signed("{\"alg\":\"ES256\",\"kid\":\"x\"}", CLAIMS)),
                attack(
                        "kid empty",
                        UnprovenReason.UNKNOWN_KEY,
                        issuer.signed("{\"alg\":\"ES256\",\"kid\":\"\"}", CLAIMS)),
                attack(
                        "kid path",
                        UnprovenReason.UNKNOWN_KEY,
                        issuer.signed("{\"alg\":\"ES256\",\"kid\":\"../../dev/null\"}", CLAIMS)),
                attack("kid null", UnprovenReason.MALFORMED, issuer.signed("{\"alg\":\"ES256\",\"kid\":null}", CLAIMS)),
                attack("kid number", UnprovenReason.MALFORMED, issuer.signed("{\"alg\":\"ES256\",\"kid\":1}", CLAIMS)),
                attack("jwk", UnprovenReason.FORBIDDEN_HEADER, issuer.byAttacker("\"jwk\":" + own)),
                attack(
                        "jku",
                        UnprovenReason.FORBIDDEN_HEADER,
                        issuer.byAttacker("\"jku\":\"https://evil.example/jwks\"")),
                attack("x5u", UnprovenReason.FORBIDDEN_HEADER, issuer.byAttacker("\"x5u\":\"https://evil.example/c\"")),
                attack("x5c", UnprovenReason.FORBIDDEN_HEADER, issuer.byAttacker("\"x5c\":[\"MIIB\"]")),
                attack(
                        "crit",
                        UnprovenReason.FORBIDDEN_HEADER,
                        issuer.signed("{\"alg\":\"ES256\",\"crit\":[\"exp\"],\"exp\":1}", CLAIMS)),
                attack(
                        "crit empty",
                        UnprovenReason.FORBIDDEN_HEADER,
                        issuer.signed("{\"alg\":\"ES256\",\"crit\":[]}", CLAIMS)),
                attack(
                        "b64",
                        UnprovenReason.FORBIDDEN_HEADER,
                        issuer.signed("{\"alg\":\"ES256\",\"b64\":false}", CLAIMS)),
                attack(
                        "zip",
                        UnprovenReason.FORBIDDEN_HEADER,
                        issuer.signed("{\"alg\":\"ES256\",\"zip\":\"DEF\"}", CLAIMS)),
                attack(
                        "nested",
                        UnprovenReason.FORBIDDEN_HEADER,
                        issuer.signed("{\"alg\":\"ES256\",\"cty\":\"JWT\"}", CLAIMS)),
                attack(
                        "enc",
                        UnprovenReason.FORBIDDEN_HEADER,
                        issuer.signed("{\"alg\":\"dir\",\"enc\":\"A256GCM\"}", CLAIMS)),
                attack(
                        "logout token",
                        UnprovenReason.WRONG_TYPE,
                        issuer.signed("{\"alg\":\"ES256\",\"typ\":\"logout+jwt\"}", CLAIMS)),
                attack(
                        "dpop proof",
                        UnprovenReason.WRONG_TYPE,
                        issuer.signed("{\"alg\":\"ES256\",\"typ\":\"dpop+jwt\"}", CLAIMS)),
                attack("typ number", UnprovenReason.MALFORMED, issuer.signed("{\"alg\":\"ES256\",\"typ\":1}", CLAIMS)),
                attack(
                        "alg twice",
                        UnprovenReason.MALFORMED,
                        issuer.signed("{\"alg\":\"none\",\"alg\":\"ES256\"}", CLAIMS)),
                attack(
                        "alg twice, once escaped",
                        UnprovenReason.MALFORMED,
                        issuer.signed("{\"alg\":\"ES256\",\"\\u0061lg\":\"none\"}", CLAIMS)));
    }

    Stream<Arguments> ofSignature() {
        String good = issuer.signed(ES, CLAIMS);
        String front = good.substring(0, good.lastIndexOf('.') + 1);
        byte[] right =
                Forge.signature(front.substring(0, front.length() - 1), Algorithm.ES256, issuer.elliptic.getPrivate());
        byte[] order =
                fixed(((ECPublicKey) issuer.elliptic.getPublic()).getParams().getOrder());
        byte[] zeroR = right.clone();
        Arrays.fill(zeroR, 0, 32, (byte) 0);
        byte[] zeroS = right.clone();
        Arrays.fill(zeroS, 32, 64, (byte) 0);
        byte[] plusOrder = new byte[64];
        System.arraycopy(order, 0, plusOrder, 0, 32);
        System.arraycopy(order, 0, plusOrder, 32, 32);
        byte[] padded = new byte[66];
        System.arraycopy(right, 0, padded, 1, 32);
        System.arraycopy(right, 32, padded, 34, 32);
        return Stream.of(
                attack("psychic: r and s zero", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(new byte[64])),
                attack("r zero", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(zeroR)),
                attack("s zero", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(zeroS)),
                attack("r and s the order", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(plusOrder)),
                attack("halves padded", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(padded)),
                attack("DER instead", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(der(right))),
                attack(
                        "DER of zeros",
                        UnprovenReason.BAD_SIGNATURE,
                        front + Forge.encoded(new byte[] {48, 6, 2, 1, 0, 2, 1, 0})),
                attack("none left", UnprovenReason.BAD_SIGNATURE, front),
                attack("cut", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(Arrays.copyOf(right, 63))),
                attack("longer", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(Arrays.copyOf(right, 65))),
                attack(
                        "another's key",
                        UnprovenReason.BAD_SIGNATURE,
                        Forge.token(ES, CLAIMS, Algorithm.ES256, issuer.attacker.getPrivate())),
                attack(
                        "claims exchanged",
                        UnprovenReason.BAD_SIGNATURE,
                        Forge.encoded(ES) + "." + Forge.encoded(CLAIMS.replace("alice", "admin"))
                                + good.substring(good.lastIndexOf('.'))),
                attack(
                        "RSA of zeros",
                        UnprovenReason.BAD_SIGNATURE,
                        Forge.encoded("{\"alg\":\"PS256\",\"kid\":\"rsa\"}") + "." + Forge.encoded(CLAIMS) + "."
                                + Forge.encoded(new byte[256])),
                attack(
                        "PKCS#1 as PSS",
                        UnprovenReason.BAD_SIGNATURE,
                        issuer.rs256("{\"alg\":\"PS256\",\"kid\":\"rsa\"}")),
                attack(
                        "empty secret",
                        UnprovenReason.BAD_SIGNATURE,
                        Forge.token("{\"alg\":\"HS256\"}", local("\"exp\":1000300"), new byte[1])),
                attack(
                        "HMAC cut",
                        UnprovenReason.BAD_SIGNATURE,
                        cutBySixteenBytes(
                                Forge.token("{\"alg\":\"HS256\"}", local("\"exp\":1000300"), Forge.secret()))));
    }
}
