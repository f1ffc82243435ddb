package dev.pavise.proxy.demo;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Plays the token issuer of the demonstration: a JWT (RFC 7519), signed with HS256 and a secret that this run made. */
final class DemoToken {
    static final String ISSUER = "https://issuer.demo.invalid";
    static final String AUDIENCE = "pavise-demo";

    private DemoToken() {}

    static String of(String subject, String secret, Instant now, Duration life) {
        String head = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
        String claims = "{\"iss\":\"" + ISSUER + "\",\"aud\":\"" + AUDIENCE + "\",\"sub\":\"" + subject + "\",\"iat\":"
                + now.getEpochSecond() + ",\"exp\":" + now.plus(life).getEpochSecond() + "}";
        String signed = head + "." + encode(claims.getBytes(StandardCharsets.UTF_8));
        return signed + "." + encode(mac(secret, signed));
    }

    private static byte[] mac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC with SHA-256", e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
