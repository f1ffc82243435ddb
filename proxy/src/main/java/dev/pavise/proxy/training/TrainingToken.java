package dev.pavise.proxy.training;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Plays the token issuers of a training: JWTs (RFC 7519) of a caller who has the role {@code agent}. */
final class TrainingToken {
    private static final Duration LIFE = Duration.ofHours(1);

    private TrainingToken() {}

    static String es256(PrivateKey key) throws GeneralSecurityException {
        String signed = signed("ES256");
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.UTF_8));
        return signed + "." + encode(signature.sign());
    }

    static String hs256(String secret) throws GeneralSecurityException {
        String signed = signed("HS256");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return signed + "." + encode(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    private static String signed(String algorithm) {
        String claims = "{\"iss\":\"" + TrainingFolder.ISSUER + "\",\"aud\":\"" + TrainingFolder.AUDIENCE
                + "\",\"sub\":\"trainer\",\"role\":\"agent\",\"exp\":"
                + Instant.now().plus(LIFE).getEpochSecond() + "}";
        return encode(("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}").getBytes(StandardCharsets.UTF_8)) + "."
                + encode(claims.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
