package dev.pavise.k8s.certificate;

import dev.pavise.proxy.pki.Keys;
import dev.pavise.proxy.pki.Signer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The manager's authority, its successor and its predecessors. Pure: what {@link #advance} gives depends on what it is given.
 *
 * <p>Guarantees that nobody meets a certificate whose authority he could not have learned of before: a successor is trusted
 * everywhere for {@link #SETTLING} before it signs anything, and a predecessor until what it signed has ended. It does not hold
 * against whoever can read the Secret: with the key anybody can be made.
 *
 * @param active what signs now
 * @param next trusted already, and signs soon; null while there is none
 * @param former do not sign any more, and are trusted until they end
 */
public record Authorities(Signer active, @Nullable Signer next, List<X509Certificate> former) {
    /** How long a successor is known before it signs: the kubelet brings a changed Secret to its pods within two minutes or so. */
    static final Duration SETTLING = Duration.ofHours(1);

    /** Copies the list. */
    public Authorities {
        former = List.copyOf(former);
    }

    /** One that nothing was before. */
    static Authorities first(Instant now, Duration life) throws GeneralSecurityException {
        return new Authorities(make(now, life), null, List.of());
    }

    private static Signer make(Instant now, Duration life) throws GeneralSecurityException {
        // A name of its own: two authorities of one name are hard to tell apart for whoever reads a chain.
        String name = "pavise-manager " + UUID.randomUUID().toString().substring(0, 8);
        return Signer.selfSigned(name, Keys.generate(), now, life);
    }

    /** As it has to be now; the same where nothing is due. Empty where none of it counts any more, so that a first one has to be made. */
    Optional<Authorities> advance(Instant now, Duration life) throws GeneralSecurityException {
        List<X509Certificate> kept =
                former.stream().filter(each -> now.isBefore(Life.end(each))).toList();
        boolean over = !now.isBefore(Life.end(active.certificate()));
        if (next != null && (over || !now.isBefore(signs(next)))) {
            if (!Life.valid(next.certificate(), now)) {
                return Optional.empty();
            }
            List<X509Certificate> before = new ArrayList<>(kept);
            if (!over) {
                before.addFirst(active.certificate());
            }
            return Optional.of(new Authorities(next, null, before));
        }
        if (over) {
            return Optional.empty();
        }
        boolean due = next == null && !now.isBefore(Life.due(active.certificate()));
        if (!due && kept.size() == former.size()) {
            return Optional.of(this);
        }
        return Optional.of(new Authorities(active, due ? make(now, life) : next, kept));
    }

    private static Instant signs(Signer successor) {
        return successor.certificate().getNotBefore().toInstant().plus(SETTLING);
    }

    /** All that have to be believed. */
    public List<X509Certificate> trusted() {
        List<X509Certificate> all = new ArrayList<>();
        all.add(active.certificate());
        if (next != null) {
            all.add(next.certificate());
        }
        all.addAll(former);
        return all;
    }

    @Override
    public String toString() {
        return "Authorities[" + active + "]";
    }
}
