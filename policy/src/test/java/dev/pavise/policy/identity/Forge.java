package dev.pavise.policy.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes keys and tokens, right ones and wrong ones, from the text of their parts. */
final class Forge {
    static final String SECRET = "a shared secret of at least thirty-two bytes";

    private Forge() {}

    static byte[] secret() {
        return SECRET.getBytes(StandardCharsets.UTF_8);
    }

    static KeyPair keys(Algorithm algorithm) {
        try {
            KeyPairGenerator generator = switch (algorithm.family()) {
                case RSA -> KeyPairGenerator.getInstance("RSA");
                case ED25519 -> KeyPairGenerator.getInstance("Ed25519");
                default -> KeyPairGenerator.getInstance("EC");
            };
            switch (algorithm.family()) {
                case RSA -> generator.initialize(2048);
                case P256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
                case P384 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
                case P521 -> generator.initialize(new ECGenParameterSpec("secp521r1"));
                default -> {}
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }

    static String encoded(String json) {
        return encoded(json.getBytes(StandardCharsets.UTF_8));
    }

    static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A token whose signature is right, whatever its header says. */
    static String token(String header, String claims, Algorithm algorithm, PrivateKey key) {
        String signed = encoded(header) + "." + encoded(claims);
        return signed + "." + encoded(signature(signed, algorithm, key));
    }

    static String token(String header, String claims, byte[] secret) {
        String signed = encoded(header) + "." + encoded(claims);
        return signed + "." + encoded(hmac(signed, secret));
    }

    static byte[] signature(String signed, Algorithm algorithm, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(algorithm.isPss() ? "RSASSA-PSS" : algorithm.platformName());
            if (algorithm.isPss()) {
                String digest = algorithm.platformName();
                signature.setParameter(
                        new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), algorithm.size(), 1));
            }
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException unfit) {
            throw new IllegalStateException(unfit);
        }
    }

    static byte[] hmac(String signed, byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException unfit) {
            throw new IllegalStateException(unfit);
        }
    }

    static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + kind
                + "-----\n";
    }
}
