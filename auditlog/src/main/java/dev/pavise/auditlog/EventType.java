package dev.pavise.auditlog;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The names of what the gateway itself writes down, in one place. A record that carries one of them says that the gateway saw or
 * did this: nobody else's event may be called so, see {@link #isReserved}. None of them has a dot in it, so names that have one
 * stay free for others for ever.
 */
public enum EventType {
    ACCESS_DENIED("access_denied"),
    ACCESS_RECOVERED("access_recovered"),
    AUDIT_AVAILABLE("audit_available"),
    AUDIT_CLOSED("audit_closed"),
    AUDIT_CUT("audit_cut"),
    AUDIT_DAMAGED("audit_damaged"),
    AUDIT_GAP("audit_gap"),
    AUDIT_KEY_ROTATED("audit_key_rotated"),
    AUDIT_OPENED("audit_opened"),
    AUDIT_SHIP_GAP("audit_ship_gap"),
    AUDIT_SHIP_REPLACED("audit_ship_replaced"),
    AUDIT_UNAVAILABLE("audit_unavailable"),
    AUDIT_WITNESS_COSIGNED("audit_witness_cosigned"),
    AUDIT_WITNESS_REFUSED("audit_witness_refused"),
    CERTIFICATE_ROTATED("certificate_rotated"),
    CONFIG_CHANGE("config_change"),
    GATEWAY_STARTED("gateway_started"),
    GATEWAY_STOPPED("gateway_stopped"),
    ISSUER_KEYS_CHANGED("issuer_keys_changed"),
    ISSUER_KEYS_STALE("issuer_keys_stale"),
    K8S_ASKED("k8s_asked"),
    KEY_CREATED("key_created"),
    KEY_REVOKED("key_revoked"),
    KEY_ROTATED("key_rotated"),
    LOGIN_FAILURE("login_failure"),
    LOGIN_SUCCESS("login_success"),
    LOGINS_ROLLED_UP("logins_rolled_up"),
    POLICY_CHANGE("policy_change"),
    REFUSALS_ROLLED_UP("refusals_rolled_up"),
    ROLE_CHANGE("role_change"),
    SESSION_END("session_end"),
    SESSION_START("session_start"),
    TOOL_CONNECTION("tool_connection"),
    TOOL_CONTENT_REFUSED("tool_content_refused"),
    TOOL_CONTENT_STORED("tool_content_stored"),
    TOOL_MANIFEST_REFUSED("tool_manifest_refused"),
    TOOL_NOT_RUN("tool_not_run"),
    TOOL_POLICY_REFUSED("tool_policy_refused"),
    TOOL_REGISTERED("tool_registered"),
    TOOL_REMOVED("tool_removed"),
    TOOL_RUN("tool_run"),
    TOOL_SECRET_REFUSED("tool_secret_refused"),
    TOOL_SIGNATURE_REFUSED("tool_signature_refused"),
    TOOL_VERIFIED("tool_verified");

    private static final Map<String, EventType> BY_TEXT =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventType::text, Function.identity()));

    private final String text;

    EventType(String text) {
        this.text = text;
    }

    /** As it stands in records. */
    public String text() {
        return text;
    }

    /** The type that is written so; empty where it is none of ours. */
    public static Optional<EventType> of(String text) {
        return Optional.ofNullable(BY_TEXT.get(text));
    }

    /** Whether an event with this name could be taken for one of the gateway's own; what the log says of itself may get further names. */
    public static boolean isReserved(String text) {
        return BY_TEXT.containsKey(text) || text.startsWith("audit_");
    }
}
