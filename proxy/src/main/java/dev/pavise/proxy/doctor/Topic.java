package dev.pavise.proxy.doctor;

/** The headings of the checklist, in its order. */
public enum Topic {
    SIGNED_AGENTS("signed agents"),
    MTLS("mTLS"),
    AUTH("auth"),
    LIMITS("limits"),
    AUDIT("audit"),
    SECRETS("secrets"),
    RESOURCE_LIMITS("resource limits"),
    VALIDATION("validation"),
    SECURITY_TESTS("security tests"),
    CERTIFICATE_EXPIRY("certificate expiry"),
    RBAC("RBAC"),
    NETWORK_POLICY("network policy");

    private final String title;

    Topic(String title) {
        this.title = title;
    }

    /** As it is printed. */
    public String title() {
        return title;
    }
}
