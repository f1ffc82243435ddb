package dev.pavise.proxy.tls;

import dev.pavise.policy.certificate.KeyStrength;
import dev.pavise.proxy.pem.BadMaterialException;
import dev.pavise.proxy.pem.Pem;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a client certificate counts: path validation (RFC 5280, section 6) up to one of the client CAs, and what the
 * RFC leaves to us: it must be meant for TLS clients, must not be an authority's own, its keys must be strong enough, and no
 * revocation list may name it or any certificate below the client CA.
 *
 * <p>Nothing is fetched: intermediates come with the handshake or stand in the client CA file.
 */
final class ClientTrust {

    private static final String ANY_USAGE = "2.5.29.37.0";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int LONGEST_PATH = 5;
    private static final int MOST_SHOWN = 10;

    private final List<X509Certificate> authorities;
    private final Set<TrustAnchor> anchors;
    private final Revocation revocation;
    private final InstantSource clock;

    private ClientTrust(List<X509Certificate> authorities, Revocation revocation, InstantSource clock) {
        this.authorities = List.copyOf(authorities);
        this.anchors = new HashSet<>();
        for (X509Certificate authority : authorities) anchors.add(new TrustAnchor(authority, null));
        this.revocation = revocation;
        this.clock = clock;
    }

    static ClientTrust load(Path ca, @Nullable Path crl, InstantSource clock, List<String> warnings)
            throws BadMaterialException {
        List<X509Certificate> authorities = Pem.certificates(ca);
        for (X509Certificate authority : authorities) checkAuthority(ca, authority, clock.instant(), warnings);
        Revocation revocation =
                crl == null ? Revocation.notConfigured(clock) : Revocation.load(crl, authorities, clock, warnings);
        return new ClientTrust(authorities, revocation, clock);
    }

    List<X509Certificate> authorities() {
        return authorities;
    }

    /** The whole check. Empty: the certificate counts. */
    Optional<CertificateFault> check(List<X509Certificate> shown) {
        if (shown.isEmpty()) return Optional.of(CertificateFault.MISSING);
        if (shown.size() > MOST_SHOWN) return Optional.of(CertificateFault.UNTRUSTED);
        X509Certificate leaf = shown.getFirst();
        if (leaf.getBasicConstraints() >= 0) return Optional.of(CertificateFault.AUTHORITY_AS_CALLER);
        Optional<CertificateFault> fault = checkDates(leaf);
        if (fault.isPresent()) return fault;
        if (!forClients(leaf)) return Optional.of(CertificateFault.WRONG_USAGE);
        return checkPath(shown);
    }

    /** What can change between two handshakes under the same client CAs: the time, and who is revoked. Cheap. */
    Optional<CertificateFault> checkAgain(List<X509Certificate> shown) {
        if (shown.isEmpty()) return Optional.of(CertificateFault.MISSING);
        for (X509Certificate each : shown) {
            if (authorities.contains(each)) break;
            Optional<CertificateFault> fault = checkDates(each).or(() -> revocation.check(each));
            if (fault.isPresent()) return fault;
        }
        return Optional.empty();
    }

    private Optional<CertificateFault> checkPath(List<X509Certificate> shown) {
        List<X509Certificate> path;
        try {
            path = path(shown);
        } catch (CertPathBuilderException e) {
            return Optional.of(fault(e));
        } catch (GeneralSecurityException | RuntimeException e) {
            // Whatever the path builder chokes on, the certificate has not been shown to be good.
            return Optional.of(CertificateFault.UNTRUSTED);
        }
        for (X509Certificate each : path) {
            if (!KeyStrength.enough(each)) return Optional.of(CertificateFault.WEAK_KEY);
            Optional<CertificateFault> fault = revocation.check(each);
            if (fault.isPresent()) return fault;
        }
        return Optional.empty();
    }

    /** From the leaf up to the certificate that the client CA signed, without the client CA. */
    private List<X509Certificate> path(List<X509Certificate> shown) throws GeneralSecurityException {
        X509CertSelector leaf = new X509CertSelector();
        leaf.setCertificate(shown.getFirst());
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, leaf);
        parameters.setRevocationEnabled(false);
        parameters.setMaxPathLength(LONGEST_PATH);
        parameters.setDate(Date.from(clock.instant()));
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(shown)));
        PKIXCertPathBuilderResult result =
                (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
        List<X509Certificate> path = new ArrayList<>();
        for (Certificate each : result.getCertPath().getCertificates()) path.add((X509Certificate) each);
        if (path.isEmpty()) throw new CertPathBuilderException("the certificate is itself a trust anchor");
        return path;
    }

    private static CertificateFault fault(CertPathBuilderException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (!(cause instanceof CertPathValidatorException invalid)) continue;
            if (invalid.getReason() == BasicReason.EXPIRED) return CertificateFault.EXPIRED;
            if (invalid.getReason() == BasicReason.NOT_YET_VALID) return CertificateFault.NOT_YET_VALID;
            if (invalid.getReason() == BasicReason.ALGORITHM_CONSTRAINED) return CertificateFault.WEAK_KEY;
        }
        return CertificateFault.UNTRUSTED;
    }

    private Optional<CertificateFault> checkDates(X509Certificate certificate) {
        Instant now = clock.instant();
        if (now.isBefore(certificate.getNotBefore().toInstant())) return Optional.of(CertificateFault.NOT_YET_VALID);
        if (!now.isBefore(certificate.getNotAfter().toInstant())) return Optional.of(CertificateFault.EXPIRED);
        return Optional.empty();
    }

    private static boolean forClients(X509Certificate leaf) {
        boolean[] usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) return false;
        try {
            List<String> extended = leaf.getExtendedKeyUsage();
            return extended == null || extended.contains(CLIENT_AUTH) || extended.contains(ANY_USAGE);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static void checkAuthority(Path ca, X509Certificate authority, Instant now, List<String> warnings)
            throws BadMaterialException {
        String name = ca + ": client CA `" + authority.getSubjectX500Principal() + "`";
        if (authority.getBasicConstraints() < 0) {
            throw new BadMaterialException(name + " is not the certificate of an authority (basic constraints)");
        }
        if (!KeyStrength.enough(authority.getPublicKey())) {
            throw new BadMaterialException(name + " has a key that is too weak");
        }
        if (!now.isBefore(authority.getNotAfter().toInstant())) {
            warnings.add(
                    name + " expired at " + authority.getNotAfter().toInstant() + "; its certificates are refused");
        }
    }
}
