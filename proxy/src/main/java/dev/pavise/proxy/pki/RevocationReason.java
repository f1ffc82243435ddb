package dev.pavise.proxy.pki;

import java.util.Locale;

/** Why a certificate counts no more (RFC 5280, section 5.3.1). */
public enum RevocationReason {
    /** Not said. */
    UNSPECIFIED(0),
    /** Somebody else has the key, or may have it. */
    KEY_COMPROMISE(1),
    /** Its names are no longer true. */
    AFFILIATION_CHANGED(3),
    /** Another one has taken its place. */
    SUPERSEDED(4),
    /** What it was for is gone. */
    CESSATION_OF_OPERATION(5),
    /** Its owner may no longer do what it lets them do. */
    PRIVILEGE_WITHDRAWN(9);

    private final int number;

    RevocationReason(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** The stable name, in lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return code();
    }
}
