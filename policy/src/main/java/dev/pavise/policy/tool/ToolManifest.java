package dev.pavise.policy.tool;

import dev.pavise.policy.Quoted;
import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.signing.KeyId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a tool is and what it asks for: all of a manifest but its signature. A field that is absent stays absent in the
 * signed form, so that it is null here, and the accessors beside the components say what that means.
 *
 * @param sha256 the digest of the content, in lower-case hex
 * @param keyId the key that signs, or null where every trusted key is tried
 * @param kind or null where the content says it
 * @param allowedResources as written, or null for none
 * @param policyName or null for {@link PolicyName#DEFAULT}
 */
public record ToolManifest(
        String toolId,
        SemanticVersion version,
        String sha256,
        @Nullable KeyId keyId,
        @Nullable ToolKind kind,
        @Nullable List<String> allowedResources,
        int maxMemoryMb,
        int maxCpuSeconds,
        boolean networkAllowed,
        @Nullable PolicyName policyName) {
    /** The type that is signed together with the manifest, so that no signature over something else passes for one. */
    public static final String PAYLOAD_TYPE = "application/vnd.pavise.tool-manifest+json";

    private static final int MAX_RESOURCES = 64;
    private static final int MAX_SECRETS = 16;
    private static final int MAX_MEMORY_MB = 1024 * 1024;
    private static final int MAX_CPU_SECONDS = 24 * 60 * 60;
    private static final Pattern TOOL_ID = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    public ToolManifest {
        checkToolId(toolId);
        checkDigest(sha256);
        checkRange("max_memory_mb", maxMemoryMb, MAX_MEMORY_MB);
        checkRange("max_cpu_seconds", maxCpuSeconds, MAX_CPU_SECONDS);
        if (allowedResources != null) {
            allowedResources = List.copyOf(allowedResources);
            checkResources(allowedResources, networkAllowed);
        }
    }

    /** Throws {@link IllegalArgumentException} where no tool can be called so. */
    public static void checkToolId(String toolId) {
        if (!TOOL_ID.matcher(toolId).matches()) {
            throw new IllegalArgumentException("tool id `" + Quoted.of(toolId)
                    + "` is unfit, use 1 to 128 letters, digits and `.`, `_`, `-`, and begin with none of `.` and `-`");
        }
    }

    static void checkDigest(String sha256) {
        if (!SHA_256.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "`" + Quoted.of(sha256) + "` is no SHA-256, which is 64 hex digits in lower case");
        }
    }

    private static void checkRange(String field, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException("`" + field + "` is " + value + ", use 1 to " + max);
        }
    }

    private static void checkResources(List<String> texts, boolean networkAllowed) {
        if (texts.size() > MAX_RESOURCES) {
            throw new IllegalArgumentException(
                    "`allowed_resources` has " + texts.size() + " entries, at most " + MAX_RESOURCES + " are read");
        }
        Set<String> seen = new HashSet<>();
        List<ResourceGrant> grants = texts.stream().map(ResourceGrant::parse).toList();
        checkSecrets(grants);
        for (ResourceGrant grant : grants) {
            // One path for reading and again for writing would leave open which of the two was meant.
            String what = grant instanceof ResourceGrant.Files files ? files.path() : grant.text();
            if (!seen.add(what)) {
                throw new IllegalArgumentException("`allowed_resources` names `" + Quoted.of(what) + "` twice");
            }
            if (grant instanceof ResourceGrant.Endpoint && !networkAllowed) {
                throw new IllegalArgumentException("`allowed_resources` names `" + Quoted.of(grant.text())
                        + "` beside `network_allowed: false`, say one of the two");
            }
        }
    }

    // A folder of the host around theirs, or in its place, would leave open whose file a tool reads, and where one is
    // put.
    private static void checkSecrets(List<ResourceGrant> grants) {
        long secrets =
                grants.stream().filter(ResourceGrant.Secret.class::isInstance).count();
        if (secrets > MAX_SECRETS) {
            throw new IllegalArgumentException(
                    "`allowed_resources` names " + secrets + " secrets, a tool has at most " + MAX_SECRETS);
        }
        for (ResourceGrant grant : grants) {
            if (secrets > 0
                    && grant instanceof ResourceGrant.Files files
                    && GrantPath.overlap(files.path(), ResourceGrant.Secret.FOLDER)) {
                throw new IllegalArgumentException("`allowed_resources` names `" + Quoted.of(files.path())
                        + "` beside a secret, and secrets lie in `" + ResourceGrant.Secret.FOLDER + "`");
            }
        }
    }

    /** Which bounds it puts itself under. */
    public PolicyName policy() {
        return policyName == null ? PolicyName.DEFAULT : policyName;
    }

    /** The files that it asks for. */
    public List<ResourceGrant.Files> files() {
        return granted(ResourceGrant.Files.class);
    }

    /** The places in the network that it asks for. */
    public List<ResourceGrant.Endpoint> endpoints() {
        return granted(ResourceGrant.Endpoint.class);
    }

    /** The names of the secrets that it asks for. */
    public List<String> secrets() {
        return granted(ResourceGrant.Secret.class).stream()
                .map(ResourceGrant.Secret::name)
                .toList();
    }

    private <T extends ResourceGrant> List<T> granted(Class<T> sort) {
        return allowedResources == null
                ? List.of()
                : allowedResources.stream()
                        .map(ResourceGrant::parse)
                        .filter(sort::isInstance)
                        .map(sort::cast)
                        .toList();
    }

    /** The members of its JSON form; what is absent is not among them. */
    public Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("tool_id", toolId);
        members.put("version", version.toString());
        members.put("sha256_hash", sha256);
        if (keyId != null) {
            members.put("key_id", keyId.text());
        }
        if (kind != null) {
            members.put("kind", kind.text());
        }
        if (allowedResources != null) {
            members.put("allowed_resources", allowedResources);
        }
        members.put("max_memory_mb", (long) maxMemoryMb);
        members.put("max_cpu_seconds", (long) maxCpuSeconds);
        members.put("network_allowed", networkAllowed);
        if (policyName != null) {
            members.put("policy", policyName.text());
        }
        return members;
    }

    /** The bytes that a signature is about: its RFC 8785 form. */
    public byte[] payload() {
        return CanonicalJson.bytes(members());
    }

    /** The same but for the key that signs it. */
    public ToolManifest withKeyId(@Nullable KeyId signer) {
        return new ToolManifest(
                toolId,
                version,
                sha256,
                signer,
                kind,
                allowedResources,
                maxMemoryMb,
                maxCpuSeconds,
                networkAllowed,
                policyName);
    }

    /** Tool and version, for messages. */
    public String title() {
        return "`" + toolId + "` " + version;
    }
}
