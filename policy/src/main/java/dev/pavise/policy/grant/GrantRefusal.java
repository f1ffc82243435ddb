package dev.pavise.policy.grant;

import java.util.Locale;

/** Why a change of keys or bindings was not made. */
public enum GrantRefusal {
    /** Whoever asked does not hold all that the change would give. */
    EXCEEDS_OWN_PERMISSIONS,
    /** The binding is the last one that gives everything. */
    LAST_ADMIN,
    /** No role is called so. */
    UNKNOWN_ROLE,
    /** A live key is called so. */
    NAME_TAKEN,
    /** There is no such key or binding. */
    NOT_FOUND,
    /** A name, permission, rate or time is not of its form. */
    MALFORMED,
    /** The binding stands in the configuration, and can be taken away there only. */
    CONFIGURED,
    /** There are as many as the configuration allows. */
    TOO_MANY,
    /** The change could not be written down; nothing was changed. */
    STORE_UNAVAILABLE,
    /** The change was written down, but the running gateway could not take it up. */
    NOT_IN_FORCE;

    /** The stable name, in lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
