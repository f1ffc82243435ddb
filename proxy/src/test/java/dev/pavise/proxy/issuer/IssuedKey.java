package dev.pavise.proxy.issuer;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.pavise.policy.identity.Algorithm;
import dev.pavise.proxy.tls.TestCa;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A key of a test's issuer: signs tokens, and is published. */
public record IssuedKey(Algorithm algorithm, @Nullable String id, KeyPair pair) {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    public static IssuedKey es256(@Nullable String id) {
        return new IssuedKey(Algorithm.ES256, id, TestCa.newKey("EC", 256));
    }

    public static IssuedKey rs256(@Nullable String id) {
        return new IssuedKey(Algorithm.RS256, id, TestCa.newKey("RSA", 2048));
    }

    public static IssuedKey edDsa(@Nullable String id) {
        try {
            return new IssuedKey(
                    Algorithm.EDDSA, id, KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** As it stands in a key set. */
    public String jwk() {
        return toJwk().toJSONString();
    }

    private JWK toJwk() {
        return switch (algorithm) {
            case ES256 ->
                new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic())
                        .keyID(id)
                        .build();
            case RS256 ->
                new RSAKey.Builder((RSAPublicKey) pair.getPublic()).keyID(id).build();
            case EDDSA -> {
                byte[] encoded = pair.getPublic().getEncoded();
                byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
                yield new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(raw))
                        .keyID(id)
                        .build();
            }
            default -> throw new IllegalStateException("no key of " + algorithm);
        };
    }

    /** A token of these claims, a JSON object. */
    public String token(String claims) {
        String name = id == null ? "" : ",\"kid\":\"" + id + "\"";
        return token("{\"alg\":\"" + algorithm.text() + "\"" + name + "}", claims);
    }

    /** A token that says what it likes, signed by this key. */
    public String token(String header, String claims) {
        String content = encoded(header) + "." + encoded(claims);
        try {
            Signature signer = Signature.getInstance(
                    switch (algorithm) {
                        case ES256 -> "SHA256withECDSAinP1363Format";
                        case RS256 -> "SHA256withRSA";
                        default -> "Ed25519";
                    });
            signer.initSign(pair.getPrivate());
            signer.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + BASE64.encodeToString(signer.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String encoded(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
