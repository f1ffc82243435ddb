package dev.pavise.proxy.tls;

/** A key, certificate or list that cannot be used; becomes {@link TlsMaterial.Refused} before it leaves this package. */
final class BadMaterialException extends Exception {

    private static final long serialVersionUID = 1L;

    BadMaterialException(String problem) {
        super(problem);
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}
