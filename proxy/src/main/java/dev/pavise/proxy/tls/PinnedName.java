package dev.pavise.proxy.tls;

import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Believes servers whose certificate leads to given authorities, is meant for TLS servers, is in date, and carries exactly one
 * given name as DNS name, or where that is an address as IP address. No wildcard stands for it, and no common name. That name
 * takes the place of the host that is connected to.
 */
final class PinnedName extends X509ExtendedTrustManager {
    private static final int DNS = 2;
    private static final int IP = 7;

    private final X509TrustManager chains;
    private final String name;

    private PinnedName(X509TrustManager chains, String name) {
        this.chains = chains;
        this.name = name.toLowerCase(Locale.ROOT);
    }

    static PinnedName over(TrustManager[] managers, String name) {
        for (TrustManager manager : managers) {
            if (manager instanceof X509TrustManager chains) {
                return new PinnedName(chains, name);
            }
        }
        throw new IllegalStateException("nobody here checks certificates");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        chains.checkServerTrusted(chain, authType);
        if (!carriesName(chain[0])) {
            throw new CertificateException("its certificate is not for `" + name + "`");
        }
    }

    private boolean carriesName(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null) {
            return false;
        }
        for (List<?> each : names) {
            boolean same = each.get(0) instanceof Integer kind
                    && each.get(1) instanceof String text
                    && ((kind == DNS && text.toLowerCase(Locale.ROOT).equals(name)) || (kind == IP && isAddress(text)));
            if (same) {
                return true;
            }
        }
        return false;
    }

    private boolean isAddress(String text) {
        Optional<InetAddress> wanted = literal(name);
        return wanted.isPresent() && wanted.equals(literal(text));
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("only servers are believed here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chains.getAcceptedIssuers();
    }
}
