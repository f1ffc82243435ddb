package dev.pavise.proxy.abuse;

import dev.pavise.proxy.tls.TestCa;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes JSON Web Tokens by hand, good ones and such as no library would make. */
final class Tokens {
    static final String ISSUER = "https://id.example";
    static final String AUDIENCE = "pavise";
    static final String HEADER = "{\"alg\":\"ES256\"}";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair pair;

    private Tokens(KeyPair pair) {
        this.pair = pair;
    }

    static Tokens es256() {
        return new Tokens(TestCa.newKey("EC", 256));
    }

    KeyPair pair() {
        return pair;
    }

    Path writePublicKey(Path folder) {
        return TestCa.write(folder.resolve("issuer.pem"), pair.getPublic());
    }

    /** Claims that are good, with these behind. */
    static String claims(String more) {
        long now = Instant.now().getEpochSecond();
        return "{\"iss\":\"" + ISSUER + "\",\"aud\":\"" + AUDIENCE + "\",\"sub\":\"agent\",\"exp\":" + (now + 600)
                + (more.isEmpty() ? "" : "," + more) + "}";
    }

    String good(String more) {
        return signed(HEADER, claims(more));
    }

    String signed(String header, String claims) {
        return withSignature(header, claims, signature("SHA256withECDSAinP1363Format", content(header, claims)));
    }

    byte[] signature(String algorithm, String content) {
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(pair.getPrivate());
            signer.update(content.getBytes(StandardCharsets.US_ASCII));
            return signer.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String content(String header, String claims) {
        return encoded(header) + "." + encoded(claims);
    }

    static String withSignature(String header, String claims, byte[] signature) {
        return content(header, claims) + "." + BASE64.encodeToString(signature);
    }

    static String hmac(String header, String claims, byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return withSignature(
                    header, claims, mac.doFinal(content(header, claims).getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String encoded(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
