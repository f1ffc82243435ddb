package dev.pavise.proxy.tls;

/** The innermost cause of a handshake that failed by the client's certificate, so that what stood in the way can be recorded. */
final class RefusedCertificate extends Exception {
    private static final long serialVersionUID = 1L;

    private final CertificateFault fault;

    RefusedCertificate(CertificateFault fault) {
        super("client certificate refused: " + fault.code(), null, false, false);
        this.fault = fault;
    }

    CertificateFault fault() {
        return fault;
    }
}
