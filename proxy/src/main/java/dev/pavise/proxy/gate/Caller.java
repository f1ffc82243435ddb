package dev.pavise.proxy.gate;

import dev.pavise.policy.identity.Identity;
import dev.pavise.proxy.tls.Peer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One client connection, as the gate knows it: who is at its other end, and what was proven on it last, so that a client that sends the same
 * credential again pays for no second check. What is remembered holds for one snapshot only and never beyond the credential's expiry. Used on
 * the connection's event loop only.
 */
public final class Caller {
    private final Peer peer;
    private final Door door;
    private final String addressText;
    private final String sessionId = UUID.randomUUID().toString(); // 122 random bits of SecureRandom
    private @Nullable Snapshot checkedUnder;
    private CertificateCheck.@Nullable Finding certificate;
    private @Nullable Remembered remembered;

    /** What was proven by which value, under which snapshot, and until when. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a record
    private record Remembered(Snapshot under, byte[] authorization, Identity.Proven identity, long untilMillis) {}

    public Caller(Peer peer, Door door) {
        this.peer = peer;
        this.door = door;
        this.addressText = peer.address().getHostAddress();
    }

    public Peer peer() {
        return peer;
    }

    public Door door() {
        return door;
    }

    /** The address at the other end of the connection, as text. */
    public String addressText() {
        return addressText;
    }

    /** Names the connection in records; nothing is granted to who knows it. */
    public String sessionId() {
        return sessionId;
    }

    /** The finding on the certificate under this snapshot. */
    @SuppressWarnings("ReferenceEquality") // is it this snapshot, not one like it
    CertificateCheck.Finding certificate(Snapshot now) {
        CertificateCheck.Finding known = certificate;
        if (known == null || checkedUnder != now) {
            known = now.certificates().check(peer);
            certificate = known;
            checkedUnder = now;
        }
        return known;
    }

    /** The name in the certificate as last found good, or null. */
    public @Nullable String certificateName() {
        return certificate instanceof CertificateCheck.Finding.Good(String name) ? name : null;
    }

    /** What was proven last, if it was by this very value, under this snapshot, and holds still. */
    @SuppressWarnings("ReferenceEquality") // is it this snapshot, not one like it
    Identity.@Nullable Proven recall(Snapshot now, long nowMillis, CredentialMatch sameValue) {
        Remembered last = remembered;
        if (last == null || last.under != now || nowMillis >= last.untilMillis) {
            return null;
        }
        return sameValue.as(last.authorization) ? last.identity : null;
    }

    /** Compares the value that is presented now with one that was proven, in constant time. */
    interface CredentialMatch {
        boolean as(byte[] proven);
    }

    void remember(Snapshot under, String authorization, Identity.Proven identity) {
        long until = identity.principal().expiry().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
        remembered = new Remembered(under, authorization.getBytes(StandardCharsets.ISO_8859_1), identity, until);
    }
}
