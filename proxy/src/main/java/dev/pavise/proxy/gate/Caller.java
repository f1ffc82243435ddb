package dev.pavise.proxy.gate;

import dev.pavise.policy.Principal;
import dev.pavise.proxy.tls.Peer;
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
    private @Nullable Snapshot checkedUnder;
    private CertificateCheck.@Nullable Finding certificate;
    private @Nullable Snapshot provenUnder;
    private byte @Nullable [] provenBy;
    private @Nullable Principal proven;
    private long provenUntilMillis;

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

    /** The finding on the certificate under this snapshot; null where the client showed none. */
    CertificateCheck.@Nullable Finding certificate(Snapshot now) {
        if (peer.certificates().isEmpty()) {
            return null;
        }
        if (checkedUnder != now) {
            certificate = now.certificates().check(peer.certificates().getFirst());
            checkedUnder = now;
        }
        return certificate;
    }

    /** What the last credential was, if it was proven under this snapshot and holds still. */
    byte @Nullable [] provenBy(Snapshot now, long nowMillis) {
        return provenUnder == now && nowMillis < provenUntilMillis ? provenBy : null;
    }

    @Nullable Principal proven() {
        return proven;
    }

    void remember(Snapshot under, byte[] credential, Principal principal) {
        provenUnder = under;
        provenBy = credential;
        proven = principal;
        provenUntilMillis = principal.expiry().map(java.time.Instant::toEpochMilli).orElse(Long.MAX_VALUE);
    }
}
