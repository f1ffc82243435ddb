package dev.pavise.auditlog.export;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Roles or permissions that somebody was given or lost, as a record tells of it.
 *
 * @param user who has them now, or had them; null where the record is not about that
 */
record OcsfPrivileges(@Nullable String user, List<String> privileges, boolean given) {
    private static final OcsfPrivileges NONE = new OcsfPrivileges(null, List.of(), false);

    OcsfPrivileges {
        privileges = List.copyOf(privileges);
    }

    static OcsfPrivileges in(RecordParts parts) {
        if (!"success".equals(parts.text("outcome"))) {
            return NONE;
        }
        return switch (Objects.requireNonNullElse(parts.text("event_type"), "")) {
            case "role_change" -> roles(parts);
            case "key_created", "key_rotated" -> key(parts, true);
            case "key_revoked" -> key(parts, false);
            default -> NONE;
        };
    }

    private static OcsfPrivileges roles(RecordParts parts) {
        List<String> after = list(parts, "roles_after");
        return after.isEmpty()
                ? of(parts.metadataText("principal"), list(parts, "roles_before"), false)
                : of(parts.metadataText("principal"), after, true);
    }

    private static OcsfPrivileges key(RecordParts parts, boolean given) {
        String name = parts.metadataText("key_name");
        return of(name == null ? null : "key:" + name, list(parts, "permissions"), given);
    }

    private static OcsfPrivileges of(@Nullable String user, List<String> privileges, boolean given) {
        return user == null || user.isEmpty() || privileges.isEmpty()
                ? NONE
                : new OcsfPrivileges(user, privileges, given);
    }

    private static List<String> list(RecordParts parts, String name) {
        String text = Objects.requireNonNullElse(parts.metadataText(name), "");
        return Stream.of(text.split(",", -1)).filter(each -> !each.isEmpty()).toList();
    }

    boolean any() {
        return user != null;
    }

    /** Puts them into an event; the texts that they were read from stay in the record. */
    void into(OcsfObject event) {
        event.put("privileges", privileges).put("user", OcsfParties.user(Objects.requireNonNull(user)));
    }
}
