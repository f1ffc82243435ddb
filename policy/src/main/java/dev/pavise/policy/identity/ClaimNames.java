package dev.pavise.policy.identity;

/**
 * Under which names an issuer puts what is read. A name with dots is first looked for as it stands, then as a way into
 * objects: {@code realm_access.roles}.
 */
public record ClaimNames(String subject, String roles, String permissions, String scope, String groups) {
    /** {@code sub}, {@code roles}, {@code permissions}, {@code scope} and {@code groups}. */
    public static final ClaimNames STANDARD = new ClaimNames("sub", "roles", "permissions", "scope", "groups");

    public ClaimNames {
        for (String name : new String[] {subject, roles, permissions, scope, groups}) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("a claim's name is empty, give it or leave the mapping away");
            }
        }
    }
}
