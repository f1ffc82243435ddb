package dev.pavise.proxy.access;

/**
 * A change that was made, for the audit trail.
 *
 * @param by the id of the principal that made it
 * @param target the id of the principal whose rights it changed, such as {@code key:ci}
 * @param detail the key's id, or the role
 */
public record AccessChange(Kind kind, String by, String target, String detail) {
    /** What was done. */
    public enum Kind {
        KEY_CREATED("key_created", "auth.create_key"),
        KEY_ROTATED("key_rotated", "auth.rotate_key"),
        KEY_REVOKED("key_revoked", "auth.revoke_key"),
        ROLE_ASSIGNED("role_change", "auth.assign_role"),
        ROLE_UNASSIGNED("role_change", "auth.unassign_role");

        private final String eventType;
        private final String action;

        Kind(String eventType, String action) {
            this.eventType = eventType;
            this.action = action;
        }

        public String eventType() {
            return eventType;
        }

        public String action() {
            return action;
        }
    }
}
