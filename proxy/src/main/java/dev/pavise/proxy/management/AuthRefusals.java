package dev.pavise.proxy.management;

import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.proxy.http.RefusalCode;

/** What the rules of granting refuse, as an answer. */
final class AuthRefusals {
    private AuthRefusals() {}

    static RefusalCode code(GrantRefusal refusal) {
        return switch (refusal) {
            case EXCEEDS_OWN_PERMISSIONS -> RefusalCode.EXCEEDS_OWN_PERMISSIONS;
            case LAST_ADMIN -> RefusalCode.LAST_ADMIN;
            case UNKNOWN_ROLE -> RefusalCode.UNKNOWN_ROLE;
            case NAME_TAKEN -> RefusalCode.NAME_TAKEN;
            case NOT_FOUND -> RefusalCode.NOT_FOUND;
            case MALFORMED -> RefusalCode.INVALID_ARGUMENT;
            case CONFIGURED -> RefusalCode.CONFIGURED;
            case TOO_MANY -> RefusalCode.TOO_MANY;
            case STORE_UNAVAILABLE -> RefusalCode.STORE_UNAVAILABLE;
            case NOT_IN_FORCE -> RefusalCode.NOT_IN_FORCE;
        };
    }
}
