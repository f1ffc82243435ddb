package dev.pavise.policy.identity;

import java.util.Arrays;
import java.util.Optional;

/** The signature algorithms of tokens (RFC 7518, section 3.1, and RFC 8037) that can be allowed for an issuer. */
public enum Algorithm {
    RS256(Family.RSA, "SHA256withRSA", 0),
    RS384(Family.RSA, "SHA384withRSA", 0),
    RS512(Family.RSA, "SHA512withRSA", 0),
    PS256(Family.RSA, "SHA-256", 32),
    PS384(Family.RSA, "SHA-384", 48),
    PS512(Family.RSA, "SHA-512", 64),
    ES256(Family.P256, "SHA256withECDSAinP1363Format", 64),
    ES384(Family.P384, "SHA384withECDSAinP1363Format", 96),
    ES512(Family.P521, "SHA512withECDSAinP1363Format", 132),
    EDDSA(Family.ED25519, "Ed25519", 64),
    HS256(Family.SECRET, "HmacSHA256", 32);

    /** The kind of key that an algorithm needs. */
    enum Family {
        RSA,
        P256,
        P384,
        P521,
        ED25519,
        SECRET
    }

    private final Family family;
    private final String platformName;
    private final int size;

    Algorithm(Family family, String platformName, int size) {
        this.family = family;
        this.platformName = platformName;
        this.size = size;
    }

    /** The algorithm of that name in a token or a configuration. Case matters, as in RFC 7515. */
    public static Optional<Algorithm> of(String name) {
        return Arrays.stream(values())
                .filter(known -> known.text().equals(name))
                .findFirst();
    }

    /** The name in tokens. */
    public String text() {
        return this == EDDSA ? "EdDSA" : name();
    }

    Family family() {
        return family;
    }

    /** What the platform calls it; of PS algorithms the digest. */
    String platformName() {
        return platformName;
    }

    /** The bytes of a signature, where they are fixed; of PS algorithms the bytes of the salt. */
    int size() {
        return size;
    }

    boolean isPss() {
        return name().startsWith("PS");
    }
}
