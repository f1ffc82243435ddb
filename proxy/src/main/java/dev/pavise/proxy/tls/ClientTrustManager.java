package dev.pavise.proxy.tls;

import java.net.Socket;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Asks {@link ClientTrust} during the handshake, so that a refused caller gets a TLS alert that says why. */
final class ClientTrustManager extends X509ExtendedTrustManager {

    private final @Nullable ClientTrust trust;

    /** @param trust null where no caller's certificate counts */
    ClientTrustManager(@Nullable ClientTrust trust) {
        this.trust = trust;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        CertificateFault fault = trust == null
                ? CertificateFault.UNTRUSTED
                : trust.check(List.of(chain)).orElse(null);
        if (fault != null) throw refusal(fault);
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
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this door is a server and trusts none");
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
    public X509Certificate[] getAcceptedIssuers() {
        return trust == null ? new X509Certificate[0] : trust.authorities().toArray(new X509Certificate[0]);
    }

    // The TLS engine picks the alert by the kind of exception, or by the reason inside.
    private static CertificateException refusal(CertificateFault fault) {
        RefusedCertificate cause = new RefusedCertificate(fault);
        String message = String.valueOf(cause.getMessage());
        CertificateException refusal = switch (fault) {
            case EXPIRED -> new CertificateExpiredException(message);
            case NOT_YET_VALID -> new CertificateNotYetValidException(message);
            case REVOKED -> withReason(cause, BasicReason.REVOKED);
            case REVOCATION_LIST_EXPIRED, REVOCATION_LIST_MISSING ->
                withReason(cause, BasicReason.UNDETERMINED_REVOCATION_STATUS);
            case MISSING, UNTRUSTED, WRONG_USAGE, AUTHORITY_AS_CALLER, WEAK_KEY ->
                new CertificateException(message, cause);
        };
        if (refusal.getCause() == null) {
            refusal.initCause(cause);
        }
        return refusal;
    }

    private static CertificateException withReason(RefusedCertificate cause, BasicReason reason) {
        @Nullable CertPath unknown = null;
        String message = String.valueOf(cause.getMessage());
        return new CertificateException(message, new CertPathValidatorException(message, cause, unknown, -1, reason));
    }
}
