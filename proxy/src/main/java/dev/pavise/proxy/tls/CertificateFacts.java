package dev.pavise.proxy.tls;

import dev.pavise.proxy.pem.Fingerprint;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What the gateway's own certificate says.
 *
 * @param names its DNS names (in lower case, wildcards as written) and IP addresses (in the form of RFC 5952), from the subject alternative names; the
 *     default for {@code hosts}. The common name is not one of them, as no client reads it any more (RFC 9525)
 * @param notAfter when the first certificate of the chain to expire does so
 * @param serial in hexadecimal
 * @param sha256 of the certificate, in hexadecimal
 */
public record CertificateFacts(List<String> names, Instant notAfter, String serial, String sha256) {

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /** Copies the list. */
    public CertificateFacts {
        Objects.requireNonNull(notAfter);
        Objects.requireNonNull(serial);
        Objects.requireNonNull(sha256);
        names = List.copyOf(names);
    }

    /** Reads a chain, leaf first. */
    static CertificateFacts of(List<X509Certificate> chain) throws GeneralSecurityException {
        X509Certificate leaf = chain.getFirst();
        Instant end = leaf.getNotAfter().toInstant();
        for (X509Certificate certificate : chain) {
            Instant its = certificate.getNotAfter().toInstant();
            if (its.isBefore(end)) end = its;
        }
        return new CertificateFacts(names(leaf), end, leaf.getSerialNumber().toString(16), Fingerprint.of(leaf));
    }

    private static List<String> names(X509Certificate leaf) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = leaf.getSubjectAlternativeNames();
            if (all == null) return names;
            for (List<?> name : all) {
                if (!(name.getFirst() instanceof Integer kind) || !(name.get(1) instanceof String text)) continue;
                if (kind == DNS_NAME) names.add(text.toLowerCase(Locale.ROOT));
                if (kind == IP_ADDRESS) names.add(NetUtil.toAddressString(InetAddress.ofLiteral(text)));
            }
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return List.of();
        }
        return names;
    }
}
