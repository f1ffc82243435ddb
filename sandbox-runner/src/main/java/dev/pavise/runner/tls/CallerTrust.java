package dev.pavise.runner.tls;

import dev.pavise.policy.certificate.KeyStrength;
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
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a caller may come in: path validation (RFC 5280, section 6) up to the client CA, meant for TLS clients, keys strong enough, in date, and
 * one of the pinned names among its alternative names, spelt in full. A certificate of the right authority with another name is nobody here.
 *
 * <p>Does not know of revocation lists: a runner's gateways are few, and a lost key of one is met by another name or another authority. Nothing is fetched.
 */
public final class CallerTrust {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int DNS_NAME = 2;
    private static final int URI = 6;
    private static final int LONGEST_PATH = 5;
    private static final int MOST_SHOWN = 10;

    private final List<X509Certificate> authorities;
    private final Set<TrustAnchor> anchors = new HashSet<>();
    private final Set<String> names = new HashSet<>();
    private final InstantSource clock;

    private CallerTrust(List<X509Certificate> authorities, Collection<String> names, InstantSource clock) {
        this.authorities = authorities;
        authorities.forEach(each -> anchors.add(new TrustAnchor(each, null)));
        names.forEach(each -> this.names.add(isUri(each) ? each : each.toLowerCase(Locale.ROOT)));
        this.clock = clock;
    }

    /** Reads and checks the client CA. */
    public static CallerTrust load(Path ca, Collection<String> names, InstantSource clock) throws BadMaterialException {
        List<X509Certificate> authorities = Pem.certificates(ca);
        for (X509Certificate authority : authorities) {
            String name = ca + ": client CA `" + authority.getSubjectX500Principal() + "`";
            if (authority.getBasicConstraints() < 0) {
                throw new BadMaterialException(name + " is not the certificate of an authority (basic constraints)");
            }
            if (!KeyStrength.enough(authority.getPublicKey())) {
                throw new BadMaterialException(name + " has a key that is too weak");
            }
        }
        return new CallerTrust(authorities, names, clock);
    }

    List<X509Certificate> authorities() {
        return authorities;
    }

    /** The whole check, of a chain with the caller's own certificate first. */
    public Caller judge(List<X509Certificate> shown) {
        Optional<CallerFault> fault = fault(shown);
        return fault.isPresent() ? new Caller.Refused(fault.get()) : pinned(shown.getFirst());
    }

    private Optional<CallerFault> fault(List<X509Certificate> shown) {
        if (shown.isEmpty()) {
            return Optional.of(CallerFault.MISSING);
        }
        if (shown.size() > MOST_SHOWN) {
            return Optional.of(CallerFault.UNTRUSTED);
        }
        X509Certificate leaf = shown.getFirst();
        if (leaf.getBasicConstraints() >= 0) {
            return Optional.of(CallerFault.AUTHORITY_AS_CALLER);
        }
        Instant now = clock.instant();
        if (now.isBefore(leaf.getNotBefore().toInstant())) {
            return Optional.of(CallerFault.NOT_YET_VALID);
        }
        if (!now.isBefore(leaf.getNotAfter().toInstant())) {
            return Optional.of(CallerFault.EXPIRED);
        }
        return isForClients(leaf) ? pathFault(shown) : Optional.of(CallerFault.WRONG_USAGE);
    }

    // It has to say so: one that says nothing may have been made for anything.
    private static boolean isForClients(X509Certificate leaf) {
        boolean[] usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            return false;
        }
        try {
            List<String> extended = leaf.getExtendedKeyUsage();
            return extended != null && extended.contains(CLIENT_AUTH);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private Optional<CallerFault> pathFault(List<X509Certificate> shown) {
        try {
            for (Certificate each : path(shown)) {
                if (!KeyStrength.enough((X509Certificate) each)) {
                    return Optional.of(CallerFault.WEAK_KEY);
                }
            }
            return Optional.empty();
        } catch (CertPathBuilderException e) {
            return Optional.of(reason(e));
        } catch (GeneralSecurityException | RuntimeException e) {
            // Whatever the path builder chokes on, the certificate has not been shown to be good.
            return Optional.of(CallerFault.UNTRUSTED);
        }
    }

    private List<? extends Certificate> path(List<X509Certificate> shown) throws GeneralSecurityException {
        X509CertSelector leaf = new X509CertSelector();
        leaf.setCertificate(shown.getFirst());
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, leaf);
        parameters.setRevocationEnabled(false);
        parameters.setMaxPathLength(LONGEST_PATH);
        parameters.setDate(Date.from(clock.instant()));
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(shown)));
        PKIXCertPathBuilderResult result =
                (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
        List<? extends Certificate> path = result.getCertPath().getCertificates();
        if (path.isEmpty()) {
            throw new CertPathBuilderException("the certificate is itself a trust anchor");
        }
        return path;
    }

    private static CallerFault reason(CertPathBuilderException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException invalid) {
                if (invalid.getReason() == BasicReason.EXPIRED) {
                    return CallerFault.EXPIRED;
                }
                if (invalid.getReason() == BasicReason.NOT_YET_VALID) {
                    return CallerFault.NOT_YET_VALID;
                }
                if (invalid.getReason() == BasicReason.ALGORITHM_CONSTRAINED) {
                    return CallerFault.WEAK_KEY;
                }
            }
        }
        return CallerFault.UNTRUSTED;
    }

    private Caller pinned(X509Certificate leaf) {
        String pinned = null;
        int identities = 0;
        try {
            Collection<List<?>> all = leaf.getSubjectAlternativeNames();
            for (List<?> each : all == null ? List.<List<?>>of() : all) {
                if (each.getFirst() instanceof Integer kind && each.get(1) instanceof String text) {
                    identities += kind == URI && text.regionMatches(true, 0, "spiffe:", 0, 7) ? 1 : 0;
                    String name = kind == DNS_NAME ? text.toLowerCase(Locale.ROOT) : text;
                    boolean fits = kind == URI ? isUri(name) : kind == DNS_NAME && !isUri(name);
                    if (pinned == null && fits && names.contains(name)) {
                        pinned = name;
                    }
                }
            }
        } catch (CertificateParsingException | RuntimeException e) {
            return new Caller.Refused(CallerFault.NAME_NOT_PINNED);
        }
        if (identities > 1) {
            return new Caller.Refused(CallerFault.NAME_AMBIGUOUS);
        }
        return pinned == null ? new Caller.Refused(CallerFault.NAME_NOT_PINNED) : new Caller.Known(pinned);
    }

    private static boolean isUri(String name) {
        return name.indexOf(':') >= 0;
    }
}
