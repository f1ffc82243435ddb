package dev.pavise.k8s.inject.file;

/** A manifest that cannot be read, or a pod in it that cannot carry a sidecar. */
public final class BadManifestException extends Exception {
    private static final long serialVersionUID = 1L;

    BadManifestException(String problem) {
        super(problem, null, false, false);
    }

    public String problem() {
        return String.valueOf(getMessage());
    }
}
