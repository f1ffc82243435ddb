package dev.pavise.policy.tool;

import java.util.Locale;

/** Why a tool is not registered, or not run. The names are stable: they are codes of the API and of audit events. */
public enum ToolRefusal {
    /** No manifest is known by this tool id. */
    MANIFEST_MISSING,
    /** The tool is known, but not in this version. */
    VERSION_MISSING,
    /** This version was removed, and stays so. */
    VERSION_REMOVED,
    /** The manifest is not of its form: unknown, missing, repeated or unfit fields. */
    MANIFEST_MALFORMED,
    /** The manifest names a key that is not trusted. */
    KEY_UNKNOWN,
    /** No trusted key made the signature over this manifest. */
    SIGNATURE_INVALID,
    /** The key that signed is revoked. */
    KEY_REVOKED,
    /** The key that signed is trusted from a later time on. */
    KEY_NOT_YET_VALID,
    /** The key that signed was trusted until an earlier time. */
    KEY_EXPIRED,
    /** Content with this digest is revoked, whoever signed for it. */
    CONTENT_REVOKED,
    /** The content that the manifest names is not there. */
    CONTENT_MISSING,
    /** The content does not have the digest that the manifest names. */
    CONTENT_MISMATCH,
    /** The content is neither a WebAssembly module nor a program. */
    KIND_UNKNOWN,
    /** The content is of another kind than the manifest says. */
    KIND_MISMATCH,
    /** The manifest asks for the policy `custom`, and none is configured for the tool. */
    POLICY_MISSING,
    /** The manifest asks for more memory than its policy allows. */
    MEMORY_EXCEEDS_POLICY,
    /** The manifest asks for more CPU time than its policy allows. */
    CPU_EXCEEDS_POLICY,
    /** The manifest asks for files that its policy does not allow. */
    FILES_EXCEED_POLICY,
    /** The manifest asks for network that its policy does not allow. */
    NETWORK_EXCEEDS_POLICY,
    /** The manifest asks for secrets, which its policy does not allow. */
    SECRETS_EXCEED_POLICY,
    /** A newer version is, or was, registered. */
    VERSION_OLDER,
    /** This version is registered already, with other content or other rights. */
    VERSION_TAKEN,
    /** There are as many tools, or versions of one, as can be kept. */
    REGISTRY_FULL;

    /** The stable name, in lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
