package dev.pavise.proxy.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.pavise.proxy.tls.TestCa;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.function.UnaryOperator;

/** An issuer of tokens with one ES256 key. */
final class TestIssuer {
    static final String AUDIENCE = "pavise";

    private final String url;
    private final String keyId;
    private final KeyPair pair = TestCa.newKey("EC", 256);

    TestIssuer(String url, String keyId) {
        this.url = url;
        this.keyId = keyId;
    }

    Path writePublicKey(Path folder, String name) {
        return TestCa.write(folder.resolve(name), pair.getPublic());
    }

    /** Its JWK Set. */
    String keys() {
        return "{\"keys\":["
                + new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic())
                        .keyID(keyId)
                        .build()
                        .toJSONString()
                + "]}";
    }

    /** A good token of this subject, but for what is changed in its claims. */
    String token(String subject, UnaryOperator<JWTClaimsSet.Builder> changes) {
        return sign(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(keyId).build(), subject, changes, signer((ECPrivateKey)
                        pair.getPrivate()));
    }

    String token(String subject) {
        return token(subject, claims -> claims);
    }

    /** Signed by a key of the right kind and name that is not the issuer's. */
    String forged(String subject) {
        return sign(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(keyId).build(),
                subject,
                claims -> claims,
                signer((ECPrivateKey) TestCa.newKey("EC", 256).getPrivate()));
    }

    /** Signed by a key that the issuer has no more. */
    String withdrawn(String subject) {
        return sign(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("gone").build(),
                subject,
                claims -> claims,
                signer((ECPrivateKey) TestCa.newKey("EC", 256).getPrivate()));
    }

    /** With the public key, which everybody knows, as a shared secret. */
    String confused(String subject) {
        try {
            return sign(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(keyId).build(),
                    subject,
                    claims -> claims,
                    new MACSigner(pair.getPublic().getEncoded()));
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static JWSSigner signer(ECPrivateKey key) {
        try {
            return new ECDSASigner(key);
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String sign(
            JWSHeader header, String subject, UnaryOperator<JWTClaimsSet.Builder> changes, JWSSigner signer) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(url)
                .audience(AUDIENCE)
                .subject(subject)
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
        SignedJWT token = new SignedJWT(header, changes.apply(claims).build());
        try {
            token.sign(signer);
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
        return token.serialize();
    }
}
