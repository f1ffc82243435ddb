package dev.pavise.proxy.tls;

import dev.pavise.policy.certificate.KeyStrength;
import dev.pavise.proxy.pem.BadMaterialException;
import dev.pavise.proxy.pem.Pem;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * The revocation lists (RFC 5280, section 5) of the client CAs.
 *
 * <p>Each list must be signed by a client CA that may sign lists; lists this class does not understand whole (delta, indirect,
 * partitioned) do not load. Where lists are configured, a certificate whose issuer has none is refused, and so is every
 * certificate of an issuer whose newest list is past its {@code nextUpdate}: a list that somebody keeps from being renewed
 * must not let the revoked back in. It does not fetch lists; whoever replaces the file is trusted to do so in time.
 */
public final class Revocation {

    private static final String DELTA_INDICATOR = "2.5.29.27";
    private static final int CRL_SIGN = 6;

    private record Issuer(X500Principal name, PublicKey key) {}

    private record Issued(Set<BigInteger> revoked, Instant nextUpdate) {

        /** Of two lists of one key, the newer says it all. */
        Issued newer(Issued other) {
            return other.nextUpdate.isAfter(nextUpdate) ? other : this;
        }

        /** Two keys of one name, as after a change of keys: what either revoked is revoked, until the first is out of date. */
        Issued and(Issued other) {
            Set<BigInteger> both = new HashSet<>(revoked);
            both.addAll(other.revoked);
            return new Issued(both, other.nextUpdate.isBefore(nextUpdate) ? other.nextUpdate : nextUpdate);
        }
    }

    private final Map<X500Principal, Issued> lists;
    private final boolean on;
    private final InstantSource clock;

    private Revocation(Map<X500Principal, Issued> lists, boolean on, InstantSource clock) {
        this.lists = Map.copyOf(lists);
        this.on = on;
        this.clock = clock;
    }

    /** No list is configured, so nothing counts as revoked. */
    static Revocation notConfigured(InstantSource clock) {
        return new Revocation(Map.of(), false, clock);
    }

    /** Reads the lists of a file; what is out of date loads with a warning and refuses every certificate it is for. */
    static Revocation load(Path file, List<X509Certificate> authorities, InstantSource clock, List<String> warnings)
            throws BadMaterialException {
        Map<Issuer, Issued> byKey = new HashMap<>();
        for (X509CRL list : Pem.revocationLists(file)) {
            checkUnderstood(file, list);
            X509Certificate signer = signer(file, list, authorities);
            Issuer issuer = new Issuer(list.getIssuerX500Principal(), signer.getPublicKey());
            byKey.merge(issuer, read(file, list, clock.instant()), Issued::newer);
        }
        Map<X500Principal, Issued> lists = new HashMap<>();
        byKey.forEach((issuer, issued) -> lists.merge(issuer.name(), issued, Issued::and));
        for (X509Certificate authority : authorities) {
            Issued issued = lists.get(authority.getSubjectX500Principal());
            if (issued == null) {
                warnings.add(file + ": holds no list of client CA `" + authority.getSubjectX500Principal()
                        + "`; its certificates are refused");
            } else if (!clock.instant().isBefore(issued.nextUpdate())) {
                warnings.add(file + ": the list of client CA `" + authority.getSubjectX500Principal() + "` expired at "
                        + issued.nextUpdate() + "; its certificates are refused until a new one is there");
            }
        }
        return new Revocation(lists, true, clock);
    }

    /** Why this one certificate does not count any more; nothing where it does. Cheap: asked after every handshake. */
    public Optional<CertificateFault> check(X509Certificate certificate) {
        if (!on) return Optional.empty();
        Issued issued = lists.get(certificate.getIssuerX500Principal());
        if (issued == null) return Optional.of(CertificateFault.REVOCATION_LIST_MISSING);
        if (issued.revoked().contains(certificate.getSerialNumber())) return Optional.of(CertificateFault.REVOKED);
        if (!clock.instant().isBefore(issued.nextUpdate()))
            return Optional.of(CertificateFault.REVOCATION_LIST_EXPIRED);
        return Optional.empty();
    }

    private static void checkUnderstood(Path file, X509CRL list) throws BadMaterialException {
        Set<String> critical = list.getCriticalExtensionOIDs();
        boolean odd = (critical != null && !critical.isEmpty()) || list.getExtensionValue(DELTA_INDICATOR) != null;
        if (odd) {
            throw new BadMaterialException(file + ": the list of `" + list.getIssuerX500Principal()
                    + "` is a delta, indirect or partitioned one; only whole lists are read");
        }
        if (!KeyStrength.soundSignature(list.getSigAlgName())) {
            throw new BadMaterialException(file + ": the list of `" + list.getIssuerX500Principal()
                    + "` is signed with " + list.getSigAlgName() + ", which is too weak");
        }
    }

    private static X509Certificate signer(Path file, X509CRL list, List<X509Certificate> authorities)
            throws BadMaterialException {
        for (X509Certificate authority : authorities) {
            if (!authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())) continue;
            boolean[] usage = authority.getKeyUsage();
            if (usage != null && !usage[CRL_SIGN]) continue;
            try {
                list.verify(authority.getPublicKey());
                return authority;
            } catch (GeneralSecurityException e) {
                // Another authority of the same name may have signed it; where none has, the file is refused below.
            }
        }
        throw new BadMaterialException(file + ": the list of `" + list.getIssuerX500Principal()
                + "` is not signed by a client CA that may sign lists");
    }

    private static Issued read(Path file, X509CRL list, Instant now) throws BadMaterialException {
        Date next = list.getNextUpdate();
        if (next == null) {
            throw new BadMaterialException(file + ": the list of `" + list.getIssuerX500Principal()
                    + "` does not say when the next one is due (nextUpdate)");
        }
        if (now.isBefore(list.getThisUpdate().toInstant())) {
            throw new BadMaterialException(file + ": the list of `" + list.getIssuerX500Principal()
                    + "` is from the future, " + list.getThisUpdate().toInstant());
        }
        Set<BigInteger> revoked = new HashSet<>();
        for (X509CRLEntry entry : entries(list)) {
            Set<String> critical = entry.getCriticalExtensionOIDs();
            if (critical != null && !critical.isEmpty()) {
                throw new BadMaterialException(file + ": an entry in the list of `" + list.getIssuerX500Principal()
                        + "` has a critical extension; only plain lists are read");
            }
            revoked.add(entry.getSerialNumber());
        }
        return new Issued(Set.copyOf(revoked), next.toInstant());
    }

    private static List<X509CRLEntry> entries(X509CRL list) {
        Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
        return entries == null ? List.of() : new ArrayList<>(entries);
    }
}
