package dev.pavise.proxy.server;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens of an issuer with a shared secret. */
final class Jwt {
    static final String SECRET = "a shared secret of more than thirty-two bytes";

    /** The issuer, and who of it may do what. */
    static final String ISSUER = """
            identity: {session_timeout: 15m, issuers: [{name: corp, secret: "%s", leeway: 0s}]}
            roles: [{name: reader, permissions: ["agent:list"]}]
            bindings: [{principal: "jwt:corp:alice", roles: [reader]}]
            """.formatted(SECRET);

    private Jwt() {}

    static String of(String subject, Duration life) {
        return of(subject, Instant.now().plus(life));
    }

    static String of(String subject, Instant expiry) {
        return signed("{\"sub\":\"" + subject + "\",\"exp\":" + expiry.getEpochSecond() + "}");
    }

    /** A token for ten minutes with more claims, each with a comma before it. */
    static String with(String subject, String claims) {
        long expiry = Instant.now().plusSeconds(600).getEpochSecond();
        return signed("{\"sub\":\"" + subject + "\",\"exp\":" + expiry + claims + "}");
    }

    private static String signed(String claims) {
        String signed = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encode(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
            return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String encode(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
